/** Commands of the pages that no test can carry out, by why. Each stands here word by word, so that a new one is seen. */
export const NOT_RUN_HERE: Readonly<Record<string, readonly string[]>> = {
  "there is no container engine; what it would build and start is seen in test/deployment": [
    "docker build -f deployment/Dockerfile -t drawbridge:0.1.0 .",
    "docker build -f deployment/Dockerfile -t contosotools.azurecr.io/drawbridge:0.1.0 .",
    "docker push contosotools.azurecr.io/drawbridge:0.1.0",
    "alias drawbridge-compose='docker compose --env-file /etc/drawbridge/compose.env -f deployment/compose.yaml'",
    "drawbridge-compose up --detach --wait",
    "docker compose --env-file /etc/drawbridge/compose.env -f /opt/drawbridge/deployment/compose.yaml run --rm --no-deps worker dist/cli/drawbridge.js sweep --from-ledger --json",
    "curl -fsS http://127.0.0.1:3979/readyz http://127.0.0.1:3980/readyz",
  ],
  "it changes the host, as root; the files that it copies are looked for below": [
    "install -d /etc/drawbridge",
    "install -d /opt/drawbridge",
    "install -d -m 750 -g drawbridge /etc/drawbridge",
    "install -m 600 deployment/compose.env.example /etc/drawbridge/compose.env",
    "install -m 600 .env.example /etc/drawbridge/bot.env",
    "install -m 600 .env.example /etc/drawbridge/worker.env",
    "cp deployment/policy.example.yaml /etc/drawbridge/policy.yaml",
    "cp deployment/policy.example.yaml policy.yaml",
    "cp -r dist node_modules package.json docs /opt/drawbridge",
    "cp deployment/drawbridge@.service deployment/drawbridge-sweep.* /etc/systemd/system/",
    "sudoedit /etc/drawbridge/compose.env /etc/drawbridge/policy.yaml",
    "useradd --system --shell /usr/sbin/nologin drawbridge",
  ],
  "there is no systemd; test/deployment/units.test.ts has systemd-analyze look at the units": [
    "systemctl daemon-reload",
    "systemctl enable --now drawbridge@bot drawbridge@worker drawbridge-sweep.timer",
  ],
  "it asks a registry or a link of Azure's": [
    "curl -4 -X POST https://…",
    "curl -4 -sS -w '\\n%{http_code}\\n' https://acrdemomagic.azurecr.io/v2/",
  ],
  "it sets what later commands read; the names are those of .env.example and deployment/teams": [
    'export LEDGER_KEY="VALUE"',
    "unset LEDGER_KEY",
    'export MicrosoftAppId="VALUE"',
    'export PUBLIC_URL="VALUE"',
    'export TEAMS_DEVELOPER_NAME="Contoso" TEAMS_DEVELOPER_URL="https://contoso.com"',
    'export TEAMS_PRIVACY_URL="https://contoso.com/privacy" TEAMS_TERMS_URL="https://contoso.com/terms"',
    "openssl rand -base64 32",
  ],
};
