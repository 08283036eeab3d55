import { defineVendor } from '../../vendor.ts';
import { slackWebhookSettings } from './settings.ts';
import { createSlackWebhook } from './slack-webhook.ts';

export const slackWebhook = defineVendor(
  { kind: 'slack-webhook', title: 'Slack incoming webhook', settings: slackWebhookSettings },
  ({ name, settings }) => createSlackWebhook({ name, ...settings }),
);
