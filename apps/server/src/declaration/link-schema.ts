import { declaredLink, declaredLinks } from '@lastgood/domain/declared-link';
import { type Static, Type } from 'typebox';
import { named, ref } from '../wire/named.ts';

export const Link = named('Link', declaredLink);

export const Links = Type.Unsafe<Static<typeof declaredLinks>>({ ...declaredLinks, items: ref(Link) });
