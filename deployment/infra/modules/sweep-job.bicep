metadata description = 'The dead man\'s handle: closes what is 15 minutes past its end in the ledger, when worker or store are down.'

@description('Name of the job.')
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

@description('Address of the key of the ledger in the vault.')
param ledgerKeyUrl string

@description('When it runs, in UTC.')
param cronExpression string

resource job 'Microsoft.App/jobs@2025-07-01' = {
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
      triggerType: 'Schedule'
      scheduleTriggerConfig: {
        cronExpression: cronExpression
        parallelism: 1
        replicaCompletionCount: 1
      }
      replicaTimeout: 300
      // The next run is the retry.
      replicaRetryLimit: 0
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
      containers: [
        {
          name: 'sweep'
          image: image
          command: ['node', 'dist/cli/drawbridge.js']
          args: ['sweep', '--from-ledger']
          resources: {
            cpu: json('0.25')
            memory: '0.5Gi'
          }
          env: [
            { name: 'DRAWBRIDGE_POLICY', value: '/etc/drawbridge/policy.yaml' }
            { name: 'AZURE_CREDENTIAL', value: 'managed-identity' }
            { name: 'AZURE_CLIENT_ID', value: clientId }
            { name: 'LEDGER_KEY', secretRef: 'ledger-key' }
          ]
          volumeMounts: [{ volumeName: 'policy', mountPath: '/etc/drawbridge' }]
        }
      ]
      volumes: [
        {
          name: 'policy'
          storageType: 'Secret'
          secrets: [{ secretRef: 'policy', path: 'policy.yaml' }]
        }
      ]
    }
  }
}
