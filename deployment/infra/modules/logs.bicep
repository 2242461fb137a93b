metadata description = 'Where the log lines of all processes go, and how long they are kept.'

@description('Begins every name.')
param name string

@description('Region.')
param location string

@description('Days.')
param retentionInDays int

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-07-01' = {
  name: '${name}-logs'
  location: location
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: retentionInDays
  }
}

@description('ARM id.')
output workspaceId string = workspace.id
