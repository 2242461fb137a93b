metadata description = 'Lets one identity pull the product image. Deployed into the resource group of the registry that holds it.'

@description('Name of the registry that holds the image.')
param registryName string

@description('Object id of the identity that pulls.')
param principalId string

// AcrPull, of the built-in roles of Azure.
var acrPull = subscriptionResourceId(
  'Microsoft.Authorization/roleDefinitions',
  '7f951dda-4ed3-4680-a7ca-43fe172d538d'
)

resource registry 'Microsoft.ContainerRegistry/registries@2025-11-01' existing = {
  name: registryName
}

resource pulls 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: registry
  name: guid(registry.id, principalId, acrPull)
  properties: {
    roleDefinitionId: acrPull
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}
