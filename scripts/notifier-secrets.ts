/** What the examples of notifiers take from the environment, each in the form that its receiver gives it. */
export const notifierSecrets = {
  WEBHOOK_URL: 'https://hooks.example.com/lastgood',
  WEBHOOK_SECRET: `whsec_${Buffer.alloc(24, 1).toString('base64')}`,
  SLACK_TOKEN: 'xoxb-17-42-aBcDeFgHiJkLmNoPqRsT',
  SLACK_SIGNING_SECRET: 'a'.repeat(32),
  SLACK_WEBHOOK_URL: 'https://hooks.slack.com/services/T0SHOP/B0HOOK/aBcDeFgHiJkLmNoPqRsTuVwX',
  TEAMS_WORKFLOW_URL: 'https://prod.example.com/workflows/w1/triggers/manual/paths/invoke?sig=a',
  TEAMS_SHOP_URL: 'https://prod.example.com/workflows/w2/triggers/manual/paths/invoke?sig=b',
  SMTP_PASSWORD: 'password',
  PAGERDUTY_KEY: 'a'.repeat(32),
  PAGERDUTY_PAYMENTS_KEY: 'b'.repeat(32),
  OPSGENIE_KEY: 'key',
  ALERTMANAGER_TOKEN: 'token',
  GITHUB_TOKEN: 'token',
  GITLAB_TOKEN: 'token',
};
