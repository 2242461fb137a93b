metadata description = 'The process that writes rules. Nothing reaches it: it has no ingress.'

@description('Name of the app.')
param name string

@description('Region.')
param location string

@description('ARM id of the environment.')
param environmentId string

@description('The image, with its tag or digest.')
param image string

@description('Server of the registry that holds the image; empty when anybody may pull it.')
param imageServer string

@description('ARM id of the identity that pulls the image; empty when anybody may.')
param pullIdentityId string

@description('ARM id of the identity of the worker.')
param identityId string

@description('Its application id.')
param clientId string

@description('Text of the policy file.')
param policy string

@description('Where the store is.')
param redisUrl string

@description('Address of the key of the ledger in the vault.')
param ledgerKeyUrl string

@description('How many run, always.')
param replicas int

@description('How much is logged.')
param logLevel string

var operationsPort = 3979

resource app 'Microsoft.App/containerApps@2025-07-01' = {
  name: name
  location: location
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: empty(pullIdentityId)
      ? { '${identityId}': {} }
      : { '${identityId}': {}, '${pullIdentityId}': {} }
  }
  properties: {
    environmentId: environmentId
    workloadProfileName: 'Consumption'
    configuration: {
      activeRevisionsMode: 'Single'
      registries: empty(imageServer) ? [] : [{ server: imageServer, identity: pullIdentityId }]
      identitySettings: empty(pullIdentityId)
        ? []
        : [
            { identity: identityId, lifecycle: 'Main' }
            { identity: pullIdentityId, lifecycle: 'None' }
          ]
      secrets: [
        { name: 'policy', value: policy }
        { name: 'ledger-key', keyVaultUrl: ledgerKeyUrl, identity: identityId }
      ]
    }
    template: {
      // It stops within 8 seconds by itself.
      terminationGracePeriodSeconds: 30
      containers: [
        {
          name: 'worker'
          image: image
          // It has as many leases in its hands as there are, and no person waits for it: V8 may save memory for time.
          // Below this size the heap was collected over and over in a rush, for a quarter of the worker's time.
          args: ['--optimize-for-size', '--initial-old-space-size=96', 'dist/main.js']
          resources: {
            cpu: json('0.25')
            memory: '0.5Gi'
          }
          env: [
            { name: 'DRAWBRIDGE_ROLE', value: 'worker' }
            { name: 'DRAWBRIDGE_POLICY', value: '/etc/drawbridge/policy.yaml' }
            { name: 'REDIS_URL', value: redisUrl }
            { name: 'REDIS_CREDENTIAL', value: 'entra' }
            { name: 'AZURE_CREDENTIAL', value: 'managed-identity' }
            { name: 'AZURE_CLIENT_ID', value: clientId }
            { name: 'LEDGER', value: 'tags' }
            { name: 'LEDGER_KEY', secretRef: 'ledger-key' }
            // Probes come from the platform. Without ingress nobody else gets here.
            { name: 'OPERATIONS_HOST', value: '0.0.0.0' }
            { name: 'OPERATIONS_PORT', value: string(operationsPort) }
            { name: 'LOG_LEVEL', value: logLevel }
          ]
          volumeMounts: [
            {
              volumeName: 'policy-${uniqueString(policy)}'
              mountPath: '/etc/drawbridge'
            }
          ]
          probes: [
            {
              type: 'Startup'
              httpGet: { path: '/healthz', port: operationsPort }
              periodSeconds: 5
              timeoutSeconds: 3
              failureThreshold: 10
            }
            {
              type: 'Liveness'
              httpGet: { path: '/healthz', port: operationsPort }
              periodSeconds: 10
              timeoutSeconds: 3
              failureThreshold: 6
            }
            {
              type: 'Readiness'
              httpGet: { path: '/readyz', port: operationsPort }
              periodSeconds: 5
              timeoutSeconds: 4
              failureThreshold: 6
            }
          ]
        }
      ]
      volumes: [
        {
          // Named after what is in it: another policy makes another revision, and that one reads it.
          name: 'policy-${uniqueString(policy)}'
          storageType: 'Secret'
          // Only the policy: the key of the ledger is in no file.
          secrets: [{ secretRef: 'policy', path: 'policy.yaml' }]
        }
      ]
      scale: {
        minReplicas: replicas
        maxReplicas: replicas
      }
    }
  }
}
