import type { Flags } from '@lastgood/domain/ports/flags';
import { byName, dispatch } from '../dispatch.ts';
import { definePortFamily } from '../family.ts';
import { flagd } from './flagd/vendor.ts';
import { httpFlags } from './http/vendor.ts';
import { launchDarkly } from './launchdarkly/vendor.ts';
import { unleash } from './unleash/vendor.ts';

const title = 'flag provider';
const providerOf = ({ provider }: { provider: string }) => provider;
const vendors = [unleash, launchDarkly, flagd, httpFlags];

/** Where feature flags are set. An entry's name is the provider that a flag names. */
export const flags = definePortFamily<Flags>({ title, vendors }, (entries) => {
  const { read, effect } = dispatch(byName(title, entries));
  return {
    readFlag: read('flag', providerOf, (made) => made.readFlag),
    setFlag: effect('set-flag', providerOf, (made) => made.setFlag),
  };
});
