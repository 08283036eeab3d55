import { defineVendor } from '../../vendor.ts';
import { createGitLab } from './gitlab.ts';
import { gitLabSettings } from './settings.ts';

export const gitLab = defineVendor(
  { kind: 'gitlab', title: 'GitLab', settings: gitLabSettings },
  ({ name, settings }) => createGitLab({ name, ...settings }),
);
