metadata description = 'The registration by which Teams finds the bot.'

@description('Name of the registration.')
param name string

@description('What people see in the portal.')
param displayName string

@description('Where Teams delivers: https://…/api/messages.')
param endpoint string

@description('ARM id of the identity of the bot.')
param identityId string

@description('Its application id.')
param clientId string

@allowed(['F0', 'S1'])
@description('F0 is free for Teams.')
param sku string = 'F0'

resource bot 'Microsoft.BotService/botServices@2022-09-15' = {
  name: name
  location: 'global'
  kind: 'azurebot'
  sku: { name: sku }
  properties: {
    displayName: displayName
    endpoint: endpoint
    msaAppType: 'UserAssignedMSI'
    msaAppId: clientId
    msaAppTenantId: subscription().tenantId
    msaAppMSIResourceId: identityId
    disableLocalAuth: true
  }
}

resource teams 'Microsoft.BotService/botServices/channels@2022-09-15' = {
  parent: bot
  name: 'MsTeamsChannel'
  location: 'global'
  properties: {
    channelName: 'MsTeamsChannel'
    properties: { isEnabled: true }
  }
}
