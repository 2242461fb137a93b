metadata description = 'One registry: the role for the worker, and the guard. Deployed into the resource group of that registry.'

@description('Name of the registry.')
param registryName string

@description('ARM id of the role.')
param roleId string

@description('Object id of the worker.')
param workerPrincipalId string

@description('ARM id of the Azure Policy definition; empty assigns none.')
param guardDefinitionId string

resource registry 'Microsoft.ContainerRegistry/registries@2025-11-01' existing = {
  name: registryName
}

resource workerWrites 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: registry
  name: guid(registry.id, workerPrincipalId, roleId)
  properties: {
    roleDefinitionId: roleId
    principalId: workerPrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource guard 'Microsoft.Authorization/policyAssignments@2023-04-01' = if (!empty(guardDefinitionId)) {
  scope: registry
  name: 'drawbridge-guard'
  properties: {
    displayName: 'No admin user and no anonymous pull on ${registryName}'
    policyDefinitionId: guardDefinitionId
    enforcementMode: 'Default'
    nonComplianceMessages: [
      { message: 'This registry is opened on approval by Drawbridge; an admin user or anonymous pull would go around it.' }
    ]
  }
}
