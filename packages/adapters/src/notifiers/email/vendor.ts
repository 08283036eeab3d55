import { defineVendor } from '../../vendor.ts';
import { createEmail } from './email.ts';
import { emailSettings } from './settings.ts';

export const email = defineVendor(
  {
    kind: 'email',
    title: 'E-mail',
    settings: emailSettings,
    contradiction({ user, password, tls }) {
      if ((user === undefined) !== (password === undefined)) {
        const found = user === undefined ? 'password without user' : 'user without password';
        return { found, expected: 'both, or neither' };
      }
      return tls === 'none' && password !== undefined
        ? {
            found: 'a password with tls none',
            expected: 'tls starttls or from-start: nobody on the way may read it',
          }
        : null;
    },
  },
  ({ name, settings }) => createEmail({ name, ...settings }),
);
