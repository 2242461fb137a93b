metadata description = 'Who the two processes are in Entra ID. Neither has a password.'

@description('Begins every name.')
param name string

@description('Region.')
param location string

@description('Whether the image is in a registry that wants to know who pulls.')
param needsPull bool

resource bot 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: '${name}-bot'
  location: location
}

resource worker 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: '${name}-worker'
  location: location
}

// Of its own, so that the bot's identity holds no right on any registry, not even to pull.
resource pull 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = if (needsPull) {
  name: '${name}-pull'
  location: location
}

@description('ARM id of the identity that talks to Teams; it has no role on any registry.')
output botId string = bot.id

@description('Its application id: what Teams knows the bot by.')
output botClientId string = bot.properties.clientId

@description('Its object id: its user in the store.')
output botPrincipalId string = bot.properties.principalId

@description('ARM id of the identity that writes rules.')
output workerId string = worker.id

@description('Its application id.')
output workerClientId string = worker.properties.clientId

@description('Its object id: its user in the store, and whom the role is assigned to.')
output workerPrincipalId string = worker.properties.principalId

@description('ARM id of the identity that pulls the image; empty when nobody has to.')
output pullId string = needsPull ? pull.id : ''

@description('Its object id; empty when nobody has to.')
output pullPrincipalId string = needsPull ? pull!.properties.principalId : ''
