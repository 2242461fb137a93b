targetScope = 'subscription'

metadata description = 'What the worker may do on a registry, and nothing else: six actions, no wildcard.'

@description('Makes the name of the role unique in the tenant.')
param name string

@description('Subscriptions that hold registries of the policy.')
param subscriptionIds array

resource role 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(subscription().id, name, 'registry-firewall')
  properties: {
    roleName: 'Drawbridge registry firewall (${name})'
    description: 'Read registries, write their IP rules, and keep a ledger on their tags.'
    type: 'CustomRole'
    permissions: [
      {
        actions: [
          'Microsoft.ContainerRegistry/registries/read'
          'Microsoft.ContainerRegistry/registries/write'
          'Microsoft.ContainerRegistry/registries/operationStatuses/read'
          'Microsoft.ContainerRegistry/registries/listUsages/read'
          'Microsoft.Resources/tags/read'
          'Microsoft.Resources/tags/write'
        ]
        notActions: []
        dataActions: []
        notDataActions: []
      }
    ]
    assignableScopes: [for id in subscriptionIds: '/subscriptions/${id}']
  }
}

@description('ARM id of the role.')
output roleId string = role.id
