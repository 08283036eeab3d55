import { defineVendor } from '../../vendor.ts';
import { webhookSettings } from './settings.ts';
import { createWebhook } from './webhook.ts';

export const webhook = defineVendor(
  { kind: 'webhook', title: 'Webhook', settings: webhookSettings },
  ({ name, settings }) => createWebhook({ name, ...settings }),
);
