import { defineVendor } from '../../vendor.ts';
import { terraformSettings } from './settings.ts';
import { createTerraform } from './terraform.ts';

export const terraform = defineVendor(
  { kind: 'terraform', title: 'Terraform or OpenTofu', settings: terraformSettings },
  (entry) => createTerraform(entry),
);
