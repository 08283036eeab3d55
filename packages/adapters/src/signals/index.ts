import type { SignalSource } from '@lastgood/domain/ports/signal-source';
import type { Family } from '../family.ts';
import { alertmanager } from './alertmanager/vendor.ts';

/** Who tells Lastgood of alerts that they evaluate, by name. Nothing is asked of them. */
export const signals: Family<SignalSource, ReadonlyMap<string, SignalSource>> = {
  title: 'source of alerts',
  notation: 'named',
  byCluster: false,
  defaultKind: 'alertmanager',
  watchedAs: null,
  vendors: [alertmanager],
  join: (entries) => new Map(entries.map(({ name, made }) => [name, made])),
};
