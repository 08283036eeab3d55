import { defineVendor } from '../../vendor.ts';
import { createGitHub } from './github.ts';
import { gitHubSettings } from './settings.ts';

export const gitHub = defineVendor(
  { kind: 'github', title: 'GitHub', settings: gitHubSettings },
  ({ name, settings }) => createGitHub({ name, ...settings }),
);
