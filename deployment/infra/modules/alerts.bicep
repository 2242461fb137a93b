metadata description = 'Looks at the log lines of the processes and writes to people. docs/operators.md says what to do at each.'

@description('Begins every name.')
param name string

@description('Region.')
param location string

@description('ARM id of the Log Analytics workspace.')
param workspaceId string

@description('Name of the app of the bot.')
param botAppName string

@description('Name of the app of the worker.')
param workerAppName string

@description('Name of the job of the dead man\'s handle.')
param sweepJobName string

@description('Who is written to.')
param emails array

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(emails)) {
  name: '${name}-operators'
  location: 'global'
  properties: {
    groupShortName: 'drawbridge'
    enabled: true
    emailReceivers: [
      for (email, index) in emails: {
        name: 'operator${index}'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}

// Every line of a process is one JSON object with its event; a line that is none has no event.
var lines = 'ContainerAppConsoleLogs | where ContainerAppName in ("${botAppName}", "${workerAppName}") | extend line = parse_json(Log) | extend event = tostring(line.event)'
var findings = '${lines} | where event == "registry.findings" | mv-expand finding = line.findings | extend kind = tostring(finding.kind)'
// Lines of the command are for people, one for each registry.
var sweeps = 'ContainerAppConsoleLogs | where JobName startswith "${sweepJobName}" or ContainerGroupName startswith "${sweepJobName}"'

// Each query answers rows when something is wrong, and none otherwise. Windows are wider than the time between two
// looks: a line takes some minutes to get into the workspace, and one that comes late must not be missed.
var rules = [
  {
    name: 'leases-overdue'
    text: 'A lease is more than 2 minutes past its end and its rule was not seen gone.'
    severity: 1
    window: 'PT15M'
    every: 'PT5M'
    query: '${lines} | where event == "leases.overdue"'
  }
  {
    name: 'expiry-lag'
    text: 'A rule is still not seen gone 10 minutes after its end.'
    severity: 0
    window: 'PT15M'
    every: 'PT5M'
    query: '${lines} | where event == "leases.overdue" | mv-expand lease = line.leases | where tolong(lease.lateMs) > 600000'
  }
  {
    name: 'worker-silent'
    text: 'No worker has said for 10 minutes that it looks at registries.'
    severity: 0
    window: 'PT10M'
    every: 'PT5M'
    query: '${lines} | where event == "loop.alive" and tostring(line.loop) == "registry" | summarize signs = count() | where signs == 0'
  }
  {
    name: 'bot-silent'
    text: 'No bot has said for 10 minutes that it looks at conversations.'
    severity: 1
    window: 'PT10M'
    every: 'PT5M'
    query: '${lines} | where event == "loop.alive" and tostring(line.loop) == "conversation" | summarize signs = count() | where signs == 0'
  }
  {
    name: 'loop-silent'
    text: 'A process answers, but its loop stands still.'
    severity: 1
    window: 'PT15M'
    every: 'PT5M'
    query: '${lines} | where event == "loop.silent"'
  }
  {
    name: 'unknown-rules'
    text: 'Rules or ledger tags were found that the store does not know, or a rule that was removed is there again.'
    severity: 1
    window: 'PT15M'
    every: 'PT5M'
    query: '${lines} | where event == "registry.recovered" or (event == "audit" and tostring(line.audit.kind) == "rule.came-back") or (event == "registry.findings" and tostring(line.findings) contains "ledger-not-ours")'
  }
  {
    name: 'slots-full'
    text: 'A registry has no room for another rule.'
    severity: 2
    window: 'PT15M'
    every: 'PT5M'
    query: '${findings} | where kind == "slots-full"'
  }
  {
    name: 'slots-low'
    text: 'Nine tenths of the rules that a registry takes are in use.'
    severity: 3
    window: 'PT15M'
    every: 'PT5M'
    query: '${lines} | where event == "registry.nearly-full" | project registry = tostring(line.registry), used = toint(line.used), limit = toint(line.limit)'
  }
  {
    name: 'arm-refuses'
    text: 'Azure refuses the worker: its role, a lock or an Azure Policy is in the way. Rules may stay open.'
    severity: 1
    window: 'PT15M'
    every: 'PT5M'
    query: '${lines} | where (event == "registry.failed" and (tostring(line.failure) startswith "not-allowed" or tostring(line.failure) startswith "locked" or tostring(line.failure) startswith "refused")) or (event == "registry.findings" and tostring(line.findings) contains "denied-by-policy")'
  }
  {
    name: 'policy-refused'
    text: 'The policy file can\'t be used; the one before it is in force.'
    severity: 2
    window: 'PT15M'
    every: 'PT5M'
    query: '${lines} | where event == "policy.refused"'
  }
  {
    name: 'approver-unreachable'
    text: 'Somebody can\'t be written to in Teams, an approver perhaps.'
    severity: 3
    window: 'PT30M'
    every: 'PT15M'
    query: '${lines} | where event == "person.unreachable"'
  }
  {
    name: 'handle-pulled'
    text: 'The dead man\'s handle had to close a rule, or could not look at a registry.'
    severity: 1
    window: 'PT30M'
    every: 'PT15M'
    query: '${sweeps} | where Log contains ": closed " or Log contains "could not be swept"'
  }
  {
    name: 'handle-silent'
    text: 'The dead man\'s handle has not run to its end for an hour.'
    severity: 1
    window: 'PT1H'
    every: 'PT15M'
    query: '${sweeps} | where Log contains "past its end" or Log contains ": closed " | summarize runs = count() | where runs == 0'
  }
]

resource alerts 'Microsoft.Insights/scheduledQueryRules@2022-06-15' = [
  for rule in rules: {
    name: '${name}-${rule.name}'
    location: location
    properties: {
      displayName: 'Drawbridge: ${rule.name}'
      description: rule.text
      enabled: true
      severity: rule.severity
      scopes: [workspaceId]
      evaluationFrequency: rule.every
      windowSize: rule.window
      // A workspace may not know the table before the first line has come.
      skipQueryValidation: true
      autoMitigate: true
      criteria: {
        allOf: [
          {
            query: rule.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
            }
          }
        ]
      }
      actions: {
        actionGroups: empty(emails) ? [] : [people.id]
      }
    }
  }
]
