targetScope = 'subscription'

metadata description = 'Azure Policy that denies an admin user and anonymous pull: registries/write could switch both on.'

@description('Name of the definition.')
param name string

resource guard 'Microsoft.Authorization/policyDefinitions@2023-04-01' = {
  name: name
  properties: {
    displayName: 'Registries that Drawbridge opens have no admin user and no anonymous pull'
    description: 'The role that writes IP rules could switch on either. This denies it, to everybody.'
    policyType: 'Custom'
    mode: 'Indexed'
    metadata: { category: 'Container Registry' }
    policyRule: {
      if: {
        allOf: [
          {
            field: 'type'
            equals: 'Microsoft.ContainerRegistry/registries'
          }
          {
            anyOf: [
              {
                field: 'Microsoft.ContainerRegistry/registries/adminUserEnabled'
                equals: true
              }
              {
                field: 'Microsoft.ContainerRegistry/registries/anonymousPullEnabled'
                equals: true
              }
            ]
          }
        ]
      }
      then: { effect: 'deny' }
    }
  }
}

@description('ARM id of the definition.')
output definitionId string = guard.id
