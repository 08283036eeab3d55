import { defineVendor } from '../../vendor.ts';
import { createLaunchDarkly } from './launchdarkly.ts';
import { launchDarklySettings } from './settings.ts';

export const launchDarkly = defineVendor(
  { kind: 'launchdarkly', title: 'LaunchDarkly', settings: launchDarklySettings },
  ({ name, settings }) => createLaunchDarkly({ name, ...settings }),
);
