metadata description = 'Keeps the one secret there is: the key that seals the ledger. Only the worker may read it.'

@description('Name.')
param name string

@description('Region.')
param location string

@description('Object id of the worker.')
param workerPrincipalId string

@secure()
@description('The key. Given at the first deployment and whenever it is to change; empty leaves what is there.')
param ledgerKey string

resource vault 'Microsoft.KeyVault/vaults@2025-05-01' = {
  name: name
  location: location
  properties: {
    tenantId: subscription().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    enableSoftDelete: true
    enablePurgeProtection: true
  }
}

resource key 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = if (!empty(ledgerKey)) {
  parent: vault
  name: 'ledger-key'
  properties: { value: ledgerKey }
}

// Key Vault Secrets User, of Azure's built-in roles.
var secretsUser = subscriptionResourceId(
  'Microsoft.Authorization/roleDefinitions',
  '4633458b-17de-408a-b874-0445c86b69e6'
)

resource workerReads 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: vault
  name: guid(vault.id, workerPrincipalId, secretsUser)
  properties: {
    roleDefinitionId: secretsUser
    principalId: workerPrincipalId
    principalType: 'ServicePrincipal'
  }
}

@description('Where the key is. The address says nothing of it.')
output ledgerKeyUrl string = '${vault.properties.vaultUri}secrets/ledger-key'
