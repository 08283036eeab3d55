import type { Notifier } from '@lastgood/domain/ports/notifier';
import type { Family } from '../family.ts';
import type { Closable } from '../vendor.ts';
import * as vendors from './vendors.ts';

/** Where notifications go. */
export const notifiers: Family<Closable<Notifier>, Notifier[]> = {
  title: 'notifier',
  notation: 'listed',
  byCluster: false,
  defaultKind: null,
  watchedAs: null,
  vendors: Object.values(vendors),
  join: (entries) => entries.map(({ made }) => made),
};
