import type { Notifier } from '@lastgood/domain/ports/notifier';
import type { Closable, Entry, Family, Vendor } from '../vendor.ts';
import { webhook } from './webhook/vendor.ts';

/** Where notifications go. */
export const notifiers: Family<Vendor<Entry, Closable<Notifier>>> = {
  title: 'notifier',
  notation: 'listed',
  byCluster: false,
  defaultKind: null,
  vendors: [webhook],
};
