import { type ReactNode, useEffect, useRef } from 'react';
import { useNavigationType } from 'react-router';

/** A page with its heading. Coming from another page the heading takes the focus, so that it is read out. */
export function Page({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const navigation = useNavigationType();
  useEffect(() => {
    document.title = `${title} – fredu`;
    if (navigation === 'PUSH') heading.current?.focus({ preventScroll: true });
  }, [title, navigation]);
  return (
    <>
      {lead}
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {children}
    </>
  );
}
