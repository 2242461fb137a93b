metadata description = 'The process that talks to Teams and serves the page of one-time links. It holds no right on any registry.'

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

@description('ARM id of the identity of the bot.')
param identityId string

@description('Its application id.')
param clientId string

@description('Where people reach the app, such as https://drawbridge.contoso.com.')
param publicUrl string

@description('Host name of your own; empty for the one of the environment.')
param customDomain string

@description('ARM id of the certificate for it, in the environment.')
param certificateId string

@description('Text of the policy file.')
param policy string

@description('Where the store is.')
param redisUrl string

@description('How many at the most; one always runs.')
param maxReplicas int

@description('How much is logged.')
param logLevel string

var ports = {
  public: 3978
  operations: 3979
}

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
      ingress: {
        external: true
        targetPort: ports.public
        transport: 'http'
        allowInsecure: false
        customDomains: empty(customDomain)
          ? []
          : [
              {
                name: customDomain
                bindingType: 'SniEnabled'
                certificateId: certificateId
              }
            ]
      }
      registries: empty(imageServer) ? [] : [{ server: imageServer, identity: pullIdentityId }]
      // None: the platform pulls with it, and no process in the container can have its tokens.
      identitySettings: empty(pullIdentityId)
        ? []
        : [
            { identity: identityId, lifecycle: 'Main' }
            { identity: pullIdentityId, lifecycle: 'None' }
          ]
      secrets: [{ name: 'policy', value: policy }]
    }
    template: {
      // It stops within 8 seconds by itself.
      terminationGracePeriodSeconds: 30
      containers: [
        {
          name: 'bot'
          image: image
          resources: {
            cpu: json('0.5')
            memory: '1Gi'
          }
          env: [
            { name: 'DRAWBRIDGE_ROLE', value: 'bot' }
            { name: 'DRAWBRIDGE_POLICY', value: '/etc/drawbridge/policy.yaml' }
            { name: 'REDIS_URL', value: redisUrl }
            { name: 'REDIS_CREDENTIAL', value: 'entra' }
            { name: 'AZURE_CREDENTIAL', value: 'managed-identity' }
            { name: 'AZURE_CLIENT_ID', value: clientId }
            { name: 'MicrosoftAppId', value: clientId }
            { name: 'MicrosoftAppType', value: 'UserAssignedMSI' }
            { name: 'MicrosoftAppTenantId', value: subscription().tenantId }
            { name: 'HOST', value: '0.0.0.0' }
            { name: 'PORT', value: string(ports.public) }
            { name: 'PUBLIC_URL', value: publicUrl }
            { name: 'CLIENT_ADDRESS', value: 'container-apps' }
            // Probes come from the platform. Ingress leads to the public port alone.
            { name: 'OPERATIONS_HOST', value: '0.0.0.0' }
            { name: 'OPERATIONS_PORT', value: string(ports.operations) }
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
              httpGet: { path: '/healthz', port: ports.operations }
              periodSeconds: 5
              timeoutSeconds: 3
              failureThreshold: 10
            }
            {
              type: 'Liveness'
              httpGet: { path: '/healthz', port: ports.operations }
              periodSeconds: 10
              timeoutSeconds: 3
              failureThreshold: 6
            }
            {
              type: 'Readiness'
              httpGet: { path: '/readyz', port: ports.operations }
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
          secrets: [{ secretRef: 'policy', path: 'policy.yaml' }]
        }
      ]
      scale: {
        minReplicas: 1
        maxReplicas: maxReplicas
        rules: [
          {
            name: 'requests'
            http: { metadata: { concurrentRequests: '50' } }
          }
        ]
      }
    }
  }
}
