import type { MetricSource } from '@lastgood/domain/ports/metric-source';
import type { Closable, Entry, Family, Vendor } from '../vendor.ts';
import { prometheus } from './prometheus/vendor.ts';

export interface MetricVendor extends Vendor<Entry, Closable<MetricSource>> {
  /** As a source of the vendor judges a template, whether one is configured or not. */
  lint: MetricSource['lint'];
}

/** What deployments are measured by. */
export const metrics: Family<MetricVendor> & { defaultKind: string } = {
  title: 'metric source',
  notation: 'named',
  byCluster: true,
  defaultKind: 'prometheus',
  vendors: [prometheus],
};
