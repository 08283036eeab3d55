import type { HttpProbe } from '@lastgood/domain/ports/http-probe';
import type { Family } from '../family.ts';
import type { Closable } from '../vendor.ts';
import { http } from './http/vendor.ts';

/** What asks the addresses of http checks. */
export const probe: Family<Closable<HttpProbe>, HttpProbe> = {
  title: 'probe',
  notation: 'one',
  byCluster: false,
  defaultKind: 'http',
  watchedAs: null,
  vendors: [http],
  join([only]) {
    if (!only) throw new Error('a configuration has a probe, if only the default one');
    return only.made;
  },
};
