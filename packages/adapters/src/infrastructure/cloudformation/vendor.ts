import { defineVendor } from '../../vendor.ts';
import { createCloudformation } from './cloudformation.ts';
import { cloudformationSettings } from './settings.ts';

export const cloudformation = defineVendor(
  { kind: 'cloudformation', title: 'AWS CloudFormation', settings: cloudformationSettings },
  ({ name, settings }) => createCloudformation({ name, ...settings }),
);
