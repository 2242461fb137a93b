using 'main.bicep'

// An example: copy it, with your policy file beside it.
param image = 'ghcr.io/contoso/drawbridge:0.1.0'

// The same ones as in the policy file.
param registryIds = [
  '/subscriptions/00000000-0000-4000-8000-00000000abcd/resourceGroups/demos/providers/Microsoft.ContainerRegistry/registries/acrdemomagic'
]

param policy = loadTextContent('../policy.example.yaml')

// Set it at the first deployment: LEDGER_KEY=$(openssl rand -base64 32). Without it the one in the vault stays.
param ledgerKey = readEnvironmentVariable('LEDGER_KEY', '')

param alertEmails = ['platform-oncall@contoso.com']

// For an image of your own registry:
// param image = 'contosotools.azurecr.io/drawbridge:0.1.0'
// param imageRegistryId = '/subscriptions/…/resourceGroups/…/providers/Microsoft.ContainerRegistry/registries/contosotools'
