metadata description = 'The store: Azure Managed Redis, with Entra ID as the only way in. docs/redis.md says what it has to keep.'

@description('Name; the first label of its host name.')
param name string

@description('Region.')
param location string

@description('SKU.')
param sku string

@description('Object ids of the identities that may use the store.')
param principalIds array

resource cluster 'Microsoft.Cache/redisEnterprise@2025-07-01' = {
  name: name
  location: location
  sku: { name: sku }
  properties: {
    highAvailability: 'Enabled'
    minimumTlsVersion: '1.2'
    // Reached over TLS with Entra ID tokens alone; a private endpoint needs a virtual network of yours.
    publicNetworkAccess: 'Enabled'
  }
}

resource database 'Microsoft.Cache/redisEnterprise/databases@2025-07-01' = {
  parent: cluster
  name: 'default'
  properties: {
    clientProtocol: 'Encrypted'
    port: 10000
    // All keys are in one slot, and one address is enough.
    clusteringPolicy: 'NoCluster'
    // Under pressure a write fails and is said to have failed; with any other policy leases would be forgotten.
    evictionPolicy: 'NoEviction'
    persistence: {
      aofEnabled: true
      // The most often that there is: up to a second may be lost, and the ledger on the registries knows it still.
      aofFrequency: '1s'
      rdbEnabled: false
    }
    accessKeysAuthentication: 'Disabled'
  }
}

// One after the other: the service refuses a second change of a database while one is under way.
@batchSize(1)
resource access 'Microsoft.Cache/redisEnterprise/databases/accessPolicyAssignments@2025-07-01' = [
  for (principalId, index) in principalIds: {
    parent: database
    name: 'drawbridge${index}'
    properties: {
      accessPolicyName: 'default'
      user: { objectId: principalId }
    }
  }
]

@description('What REDIS_URL is set to: it holds no password.')
output url string = 'rediss://${cluster.properties.hostName}:10000'
