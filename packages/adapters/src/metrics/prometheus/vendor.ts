import { defineVendor } from '../../vendor.ts';
import { createPrometheus } from './prometheus.ts';
import { prometheusSettings } from './settings.ts';

export const prometheus = defineVendor(
  { kind: 'prometheus', title: 'Prometheus', settings: prometheusSettings },
  ({ settings }) => createPrometheus(settings),
);
