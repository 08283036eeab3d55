import { defineVendor } from '../../vendor.ts';
import { teamsSettings } from './settings.ts';
import { createTeams } from './teams.ts';

export const teams = defineVendor(
  { kind: 'teams', title: 'Microsoft Teams', settings: teamsSettings },
  ({ name, settings }) => createTeams({ name, ...settings }),
);
