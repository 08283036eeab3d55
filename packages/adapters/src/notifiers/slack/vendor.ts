import { defineVendor } from '../../vendor.ts';
import { slackSettings } from './settings.ts';
import { createSlack } from './slack.ts';

export const slack = defineVendor(
  { kind: 'slack', title: 'Slack', settings: slackSettings },
  ({ name, settings }) => createSlack({ name, ...settings }),
);
