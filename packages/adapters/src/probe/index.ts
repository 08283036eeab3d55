import type { HttpProbe } from '@lastgood/domain/ports/http-probe';
import type { Closable, Entry, Family, Vendor } from '../vendor.ts';
import { http } from './http/vendor.ts';

/** What asks the addresses of http checks. */
export const probe: Family<Vendor<Entry, Closable<HttpProbe>>> = {
  title: 'probe',
  notation: 'one',
  byCluster: false,
  defaultKind: 'http',
  vendors: [http],
};
