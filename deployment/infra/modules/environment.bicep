metadata description = 'The Container Apps environment, with its log lines in the workspace.'

@description('Begins every name.')
param name string

@description('Region.')
param location string

@description('ARM id of the Log Analytics workspace.')
param workspaceId string

resource appEnvironment 'Microsoft.App/managedEnvironments@2025-07-01' = {
  name: '${name}-env'
  location: location
  properties: {
    // By the diagnostic setting below: no key of the workspace is handed to anybody.
    appLogsConfiguration: { destination: 'azure-monitor' }
    workloadProfiles: [
      {
        name: 'Consumption'
        workloadProfileType: 'Consumption'
      }
    ]
  }
}

resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: appEnvironment
  name: 'logs'
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        category: 'ContainerAppConsoleLogs'
        enabled: true
      }
      {
        category: 'ContainerAppSystemLogs'
        enabled: true
      }
    ]
  }
}

@description('ARM id.')
output environmentId string = appEnvironment.id

@description('The domain that the names of apps are below of.')
output domain string = appEnvironment.properties.defaultDomain
