import type { Notifier } from '@lastgood/domain/ports/notifier';
import type { Family } from '../family.ts';
import type { Closable } from '../vendor.ts';
import { slack } from './slack/vendor.ts';
import { slackWebhook } from './slack-webhook/vendor.ts';
import { webhook } from './webhook/vendor.ts';

/** Where notifications go. */
export const notifiers: Family<Closable<Notifier>, Notifier[]> = {
  title: 'notifier',
  notation: 'listed',
  byCluster: false,
  defaultKind: null,
  watchedAs: null,
  vendors: [webhook, slack, slackWebhook],
  join: (entries) => entries.map(({ made }) => made),
};
