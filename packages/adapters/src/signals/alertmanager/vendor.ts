import { Type } from 'typebox';
import { defineVendor } from '../../vendor.ts';
import { readWebhook } from './read-webhook.ts';

/** An Alertmanager, or several that are one: all that there is to know of it is what it is called. */
const settings = Type.Object({}, { additionalProperties: false });

export const alertmanager = defineVendor(
  { kind: 'alertmanager', title: 'Alertmanager', settings },
  ({ name }) => ({ name, read: readWebhook }),
);
