import { type ReactNode, useEffect, useRef } from 'react';
import { Failure } from '#web/layout/failure.tsx';
import {
  useFirstCode,
  useNewRecoveryCodes,
  useOffer,
  useRemoval,
  useSecondFactor,
} from '../api/second-factor.ts';
import { CodeField } from './code-field.tsx';
import { Field, PersonForm } from './person-form.tsx';
import { QrCode } from './qr-code.tsx';

const Password = () => (
  <Field name="password" label="Mot de passe" type="password" autoComplete="current-password" required />
);

/** Part of « Mon compte »: a code of one's telephone after the password. Absent where the platform has none. */
export function SecondFactor() {
  const { data: factor, error, refetch } = useSecondFactor();
  const first = useFirstCode();
  if (error) return <Failure error={error} retry={() => refetch()} />;
  if (!factor || (!factor.available && !factor.on)) return null;
  return (
    <>
      <h2 id="second-factor">Connexion en deux étapes</h2>
      {first.data && <RecoveryCodes codes={first.data.recoveryCodes} />}
      {factor.on ? <On left={factor.recoveryCodesLeft} /> : <Off first={first} />}
    </>
  );
}

function Off({ first }: { first: ReturnType<typeof useFirstCode> }) {
  const offering = useOffer();
  if (!offering.data)
    return (
      <>
        <p>
          Après le mot de passe, un code de votre téléphone est demandé : qui trouve votre mot de passe
          n’entre pas pour autant. Il faut une application qui calcule ces codes, par exemple FreeOTP ou
          Aegis.
        </p>
        <PersonForm
          action="Activer"
          isPending={offering.isPending}
          error={offering.error}
          onSend={({ password = '' }) => offering.mutate({ password })}
        >
          <Password />
        </PersonForm>
      </>
    );
  const { uri, secret } = offering.data;
  return (
    <>
      <Shown>
        <p>Photographiez ce code avec l’application, ou recopiez-y la clé.</p>
        <QrCode text={uri} label="Code QR de la clé écrite dessous" />
        <p>
          Clé : <code className="secret-key">{secret.match(/.{1,4}/g)!.join(' ')}</code>
        </p>
      </Shown>
      <PersonForm
        action="Vérifier le code"
        isPending={first.isPending}
        error={first.error}
        onSend={({ code = '' }) => first.mutate({ code })}
      >
        <CodeField label="Code à six chiffres que montre l’application" />
      </PersonForm>
    </>
  );
}

function On({ left }: { left: number }) {
  const renewing = useNewRecoveryCodes();
  const removing = useRemoval();
  return (
    <>
      <p>
        Un code est demandé à chaque connexion.{' '}
        {left === 0
          ? 'Il ne vous reste aucun code de secours.'
          : `Il vous reste ${left} code${left > 1 ? 's' : ''} de secours.`}
      </p>
      {renewing.data && <RecoveryCodes codes={renewing.data.recoveryCodes} />}
      <details>
        <summary>De nouveaux codes de secours</summary>
        <PersonForm
          action="Remplacer mes codes de secours"
          isPending={renewing.isPending}
          error={renewing.error}
          onSend={({ password = '', code = '' }) => renewing.mutate({ password, code })}
        >
          <Password />
          <CodeField />
        </PersonForm>
      </details>
      <details>
        <summary>Ne plus demander de code</summary>
        <PersonForm
          action="Désactiver"
          isPending={removing.isPending}
          error={removing.error}
          onSend={({ password = '', code = '' }) => removing.mutate({ password, code })}
        >
          <Password />
          <CodeField />
        </PersonForm>
      </details>
    </>
  );
}

/** For a lost telephone; shown this one time. */
function RecoveryCodes({ codes }: { codes: string[] }) {
  const text = `${codes.join('\n')}\n`;
  return (
    <Shown>
      <p>
        <strong>Notez ces codes de secours</strong>, ailleurs que sur le téléphone : chacun vous connecte une
        fois si vous le perdez. Ils ne seront plus montrés.
      </p>
      <ul className="recovery-codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <p>
        <a
          href={`data:text/plain;charset=utf-8,${encodeURIComponent(text)}`}
          download="codes-de-secours-fredu.txt"
        >
          Télécharger ces codes
        </a>
      </p>
    </Shown>
  );
}

/** What comes in answer to a button: it takes the focus, and is read aloud. */
function Shown({ children }: { children: ReactNode }) {
  const place = useRef<HTMLElement>(null);
  useEffect(() => place.current?.focus(), []);
  return (
    <section ref={place} tabIndex={-1} aria-labelledby="second-factor" className="second-factor">
      {children}
    </section>
  );
}
