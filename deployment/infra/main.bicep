metadata description = 'Drawbridge on Azure Container Apps: bot, worker, store, dead man\'s handle, rights, guard, alerts. See README.md.'

@minLength(3)
@maxLength(10)
@description('Begins the names of all resources: lower-case letters and digits.')
param name string = 'drawbridge'

@description('Region of everything but the registries.')
param location string = resourceGroup().location

@minLength(1)
@description('The image, with its tag or, better, its digest.')
param image string

@description('ARM id of the registry that holds the image, when it wants to know who pulls. It must let the environment in: do not put the image behind the firewall that it manages.')
param imageRegistryId string = ''

@minLength(1)
@description('ARM ids of the registries of the policy file, exactly those: the worker gets its role on each.')
param registryIds array

@minLength(1)
@description('Text of the policy file.')
param policy string

@secure()
@description('Seals the ledger: at least 32 characters, from openssl rand -base64 32. Needed at the first deployment; empty later on keeps the one in the vault.')
param ledgerKey string = ''

@description('Whether Azure Policy denies an admin user and anonymous pull on the registries. Switch both off before: a registry that has one could no more be written, and so not be closed.')
param guardRegistries bool = true

@description('Host name of your own for the bot, such as drawbridge.contoso.com; empty takes the one of the environment.')
param customDomain string = ''

@description('ARM id of the certificate for it, in the environment.')
param certificateId string = ''

@allowed(['Balanced_B0', 'Balanced_B1', 'Balanced_B3'])
@description('Size of the store. The smallest holds more leases than 200 rules a registry can need.')
param redisSku string = 'Balanced_B0'

@minValue(1)
@maxValue(4)
@description('How many bots at the most.')
param botMaxReplicas int = 2

@minValue(1)
@maxValue(3)
@description('How many workers. A second one takes over within a minute when one dies, before the platform has another.')
param workerReplicas int = 1

@description('When the dead man\'s handle looks, in UTC.')
param sweepSchedule string = '*/10 * * * *'

@description('Who gets the alerts by e-mail.')
param alertEmails array = []

@minValue(30)
@maxValue(730)
@description('Days that log lines are kept. They name people and addresses.')
param logRetentionInDays int = 90

@allowed(['debug', 'info', 'warn', 'error'])
@description('How much is logged. Alerts need info.')
param logLevel string = 'info'

var unique = uniqueString(resourceGroup().id)
var appNames = {
  bot: '${name}-bot'
  worker: '${name}-worker'
  sweep: '${name}-sweep'
}
var needsPull = !empty(imageRegistryId)
var imageServer = needsPull ? split(image, '/')[0] : ''
// /subscriptions/2/resourceGroups/4/providers/…/registries/8
var registrySubscriptions = [for id in registryIds: toLower(split(id, '/')[2])]
var subscriptionIds = union(registrySubscriptions, registrySubscriptions)

module identities 'modules/identities.bicep' = {
  params: { name: name, location: location, needsPull: needsPull }
}

module logs 'modules/logs.bicep' = {
  params: { name: name, location: location, retentionInDays: logRetentionInDays }
}

module appEnvironment 'modules/environment.bicep' = {
  params: { name: name, location: location, workspaceId: logs.outputs.workspaceId }
}

module redis 'modules/redis.bicep' = {
  params: {
    name: '${name}-${unique}'
    location: location
    sku: redisSku
    principalIds: [identities.outputs.botPrincipalId, identities.outputs.workerPrincipalId]
  }
}

module vault 'modules/vault.bicep' = {
  params: {
    name: take('kv-${name}-${unique}', 24)
    location: location
    workerPrincipalId: identities.outputs.workerPrincipalId
    ledgerKey: ledgerKey
  }
}

module imagePull 'modules/image-pull.bicep' = if (needsPull) {
  scope: resourceGroup(
    needsPull ? split(imageRegistryId, '/')[2] : subscription().subscriptionId,
    needsPull ? split(imageRegistryId, '/')[4] : resourceGroup().name
  )
  params: {
    registryName: last(split(imageRegistryId, '/'))
    principalId: identities.outputs.pullPrincipalId
  }
}

module role 'modules/role.bicep' = {
  scope: subscription()
  params: { name: '${name}-${unique}', subscriptionIds: subscriptionIds }
}

module guardDefinition 'modules/guard-definition.bicep' = [
  for id in subscriptionIds: if (guardRegistries) {
    scope: subscription(id)
    params: { name: '${name}-${unique}-guard' }
  }
]

module registryAccess 'modules/registry-access.bicep' = [
  for id in registryIds: {
    scope: resourceGroup(split(id, '/')[2], split(id, '/')[4])
    params: {
      registryName: last(split(id, '/'))
      roleId: role.outputs.roleId
      workerPrincipalId: identities.outputs.workerPrincipalId
      guardDefinitionId: guardRegistries
        ? '/subscriptions/${split(id, '/')[2]}/providers/Microsoft.Authorization/policyDefinitions/${name}-${unique}-guard'
        : ''
    }
    dependsOn: [guardDefinition]
  }
]

var botHost = empty(customDomain)
  ? '${appNames.bot}.${appEnvironment.outputs.domain}'
  : customDomain

module bot 'modules/bot-app.bicep' = {
  params: {
    name: appNames.bot
    location: location
    environmentId: appEnvironment.outputs.environmentId
    image: image
    imageServer: imageServer
    pullIdentityId: identities.outputs.pullId
    identityId: identities.outputs.botId
    clientId: identities.outputs.botClientId
    publicUrl: 'https://${botHost}'
    customDomain: customDomain
    certificateId: certificateId
    policy: policy
    redisUrl: redis.outputs.url
    maxReplicas: botMaxReplicas
    logLevel: logLevel
  }
  dependsOn: [imagePull]
}

module worker 'modules/worker-app.bicep' = {
  params: {
    name: appNames.worker
    location: location
    environmentId: appEnvironment.outputs.environmentId
    image: image
    imageServer: imageServer
    pullIdentityId: identities.outputs.pullId
    identityId: identities.outputs.workerId
    clientId: identities.outputs.workerClientId
    policy: policy
    redisUrl: redis.outputs.url
    ledgerKeyUrl: vault.outputs.ledgerKeyUrl
    replicas: workerReplicas
    logLevel: logLevel
  }
  dependsOn: [imagePull, registryAccess]
}

module sweep 'modules/sweep-job.bicep' = {
  params: {
    name: appNames.sweep
    location: location
    environmentId: appEnvironment.outputs.environmentId
    image: image
    imageServer: imageServer
    pullIdentityId: identities.outputs.pullId
    identityId: identities.outputs.workerId
    clientId: identities.outputs.workerClientId
    policy: policy
    ledgerKeyUrl: vault.outputs.ledgerKeyUrl
    cronExpression: sweepSchedule
  }
  dependsOn: [imagePull, registryAccess]
}

module botService 'modules/bot-service.bicep' = {
  params: {
    name: '${name}-${unique}'
    displayName: 'Drawbridge'
    endpoint: 'https://${botHost}/api/messages'
    identityId: identities.outputs.botId
    clientId: identities.outputs.botClientId
  }
}

module alerts 'modules/alerts.bicep' = {
  params: {
    name: name
    location: location
    workspaceId: logs.outputs.workspaceId
    botAppName: appNames.bot
    workerAppName: appNames.worker
    sweepJobName: appNames.sweep
    emails: alertEmails
  }
  dependsOn: [appEnvironment]
}

@description('MicrosoftAppId, for the Teams package.')
output appId string = identities.outputs.botClientId

@description('PUBLIC_URL, for the Teams package and for people.')
output publicUrl string = 'https://${botHost}'

@description('Name of the app of the bot.')
output botApp string = appNames.bot

@description('Name of the app of the worker.')
output workerApp string = appNames.worker

@description('Name of the job of the dead man\'s handle.')
output sweepJob string = appNames.sweep
