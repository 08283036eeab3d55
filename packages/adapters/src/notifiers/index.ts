import type { Notifier } from '@lastgood/domain/ports/notifier';
import type { Family } from '../family.ts';
import type { Closable } from '../vendor.ts';
import { alertmanager } from './alertmanager/vendor.ts';
import { email } from './email/vendor.ts';
import { gitHub } from './github/vendor.ts';
import { gitLab } from './gitlab/vendor.ts';
import { opsgenie } from './opsgenie/vendor.ts';
import { pagerDuty } from './pagerduty/vendor.ts';
import { slack } from './slack/vendor.ts';
import { slackWebhook } from './slack-webhook/vendor.ts';
import { teams } from './teams/vendor.ts';
import { webhook } from './webhook/vendor.ts';

/** Where notifications go. */
export const notifiers: Family<Closable<Notifier>, Notifier[]> = {
  title: 'notifier',
  notation: 'listed',
  byCluster: false,
  defaultKind: null,
  watchedAs: null,
  vendors: [
    ...[webhook, slack, slackWebhook, teams, email],
    ...[pagerDuty, opsgenie, alertmanager, gitHub, gitLab],
  ],
  join: (entries) => entries.map(({ made }) => made),
};
