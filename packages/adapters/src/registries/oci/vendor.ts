import { defineVendor } from '../../vendor.ts';
import { createOci } from './oci.ts';
import { ociSettings } from './settings.ts';

export const oci = defineVendor(
  { kind: 'oci', title: 'OCI registry', settings: ociSettings },
  ({ settings }) => createOci(settings),
);
