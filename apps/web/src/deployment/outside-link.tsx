import { IconExternalLink } from '@tabler/icons-react';

/**
 * A link that data gives. Only a web address without a user or a password is opened: anything else would be a script in
 * disguise, or would hand on what is no business of the page that is opened. The rest is told, without what may be secret.
 */
export function OutsideLink({ url, title }: { url: string; title?: string }) {
  const address = URL.parse(url);
  if (!address || !/^https?:$/.test(address.protocol)) return <span>{title ?? url}</span>;
  if (address.username !== '' || address.password !== '') return <span>{title ?? address.host}</span>;
  return (
    <a href={address.href} target="_blank" rel="noopener noreferrer">
      {title ?? address.host}
      <IconExternalLink size="0.875rem" aria-hidden style={{ verticalAlign: '-2px', marginLeft: 2 }} />
    </a>
  );
}
