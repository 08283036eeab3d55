import { defineVendor } from '../../vendor.ts';
import { createAwsAlb } from './aws-alb.ts';
import { awsAlbSettings } from './settings.ts';

export const awsAlb = defineVendor(
  { kind: 'aws-alb', title: 'AWS Application Load Balancer', settings: awsAlbSettings },
  ({ name, settings }) => createAwsAlb({ name, ...settings }),
);
