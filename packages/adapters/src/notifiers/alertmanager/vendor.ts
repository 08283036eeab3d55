import { defineVendor } from '../../vendor.ts';
import { createAlertmanager } from './alertmanager.ts';
import { alertmanagerSettings } from './settings.ts';

export const alertmanager = defineVendor(
  {
    kind: 'alertmanager',
    title: 'Alertmanager',
    settings: alertmanagerSettings,
    contradiction({ bearerToken, username, password }) {
      if (bearerToken !== undefined && password !== undefined) {
        return { found: 'bearerToken and password', expected: 'one of them' };
      }
      if ((username === undefined) === (password === undefined)) return null;
      const found = username === undefined ? 'password without username' : 'username without password';
      return { found, expected: 'both, or neither' };
    },
  },
  ({ name, settings }) => createAlertmanager({ name, ...settings }),
);
