import type { ReactNode } from 'react';
import { Link, useLocation, useNavigate } from 'react-router';
import {
  useAuthorInvitation,
  useConfirm,
  useConsent,
  useConsentWithdrawal,
  useCurrent,
  useInvitation,
  useNewEmail,
  useNewPassword,
  useRecovery,
} from '../features/people/api/people.ts';
import { CodeIfWanted } from '../features/people/components/code-field.tsx';
import { Field, PersonForm } from '../features/people/components/person-form.tsx';
import { rememberReturn, takeReturn } from '../features/people/return.ts';
import { Failure } from '../layout/failure.tsx';
import { Page } from '../layout/page.tsx';

/** Pages that letters lead to. Each waits for a press of a button: programs that open every address must not use it up. */

const useToken = (): string => useLocation().hash.slice(1);

/** One button, and what came of it. */
function OneStep({
  title,
  text,
  action,
  step,
  done,
}: {
  title: string;
  text: string;
  action: string;
  step: { isPending: boolean; error: Error | null; isSuccess: boolean; run: (token: string) => void };
  /** What is shown afterwards, where one stays on the page. */
  done?: { title: string; text: string; more?: string };
}) {
  const token = useToken();
  if (done && step.isSuccess) {
    return (
      <Page title={done.title}>
        <p role="status">{done.text}</p>
        {done.more && <p>{done.more}</p>}
      </Page>
    );
  }
  return (
    <Page title={title}>
      <p>{text}</p>
      {step.error && <Failure error={step.error} />}
      <button type="button" disabled={!token || step.isPending} onClick={() => step.run(token)}>
        {action}
      </button>
    </Page>
  );
}

export function ConfirmPage() {
  const token = useToken();
  const navigate = useNavigate();
  const confirming = useConfirm();
  return (
    <Page title="Terminer l’inscription">
      <p>Votre adresse est la bonne : il ne reste qu’à montrer que c’est vous qui vous êtes inscrit.</p>
      <PersonForm
        action="Créer mon compte"
        isPending={confirming.isPending || !token}
        error={confirming.error}
        onSend={({ password = '' }) =>
          confirming.mutate({ token, password }, { onSuccess: () => navigate(takeReturn()) })
        }
      >
        <Field
          name="password"
          label="Mot de passe choisi à l’inscription"
          type="password"
          autoComplete="current-password"
          required
        />
      </PersonForm>
    </Page>
  );
}

export function ConsentPage() {
  const agreeing = useConsent();
  return (
    <OneStep
      title="Accord d’un parent"
      text="Votre enfant, qui a moins de 15 ans, demande un compte. Nous gardons son adresse, son nom, les cours suivis et ce qu’il écrit."
      action="Je suis d’accord"
      step={{ ...agreeing, run: agreeing.mutate }}
      done={{
        title: 'Merci',
        text: 'Votre accord est enregistré. Votre enfant peut maintenant ouvrir le lien qu’il a reçu.',
        more: 'Un e-mail vous dit comment le retirer.',
      }}
    />
  );
}

export function NewEmailPage() {
  const confirming = useNewEmail();
  return (
    <OneStep
      title="Nouvelle adresse"
      text="Vous voulez utiliser, pour votre compte, l’adresse qui a reçu cet e-mail."
      action="Confirmer cette adresse"
      step={{ ...confirming, run: confirming.mutate }}
      done={{
        title: 'Adresse changée',
        text: 'Votre compte a maintenant cette adresse : c’est avec elle que vous vous connectez.',
      }}
    />
  );
}

export function ConsentWithdrawalPage() {
  const withdrawing = useConsentWithdrawal();
  return (
    <OneStep
      title="Retirer mon accord"
      text="Le compte de votre enfant sera fermé tout de suite, puis effacé. Ce qu’il a écrit dans les discussions restera, sans son nom."
      action="Retirer mon accord"
      step={{ ...withdrawing, run: withdrawing.mutate }}
      done={{
        title: 'Accord retiré',
        text: 'Le compte est fermé. Il sera effacé dans quelques jours, avec votre adresse.',
      }}
    />
  );
}

/** For visitors: the way in, and back to this page. */
function SignInFirst({ children, mayJoin = false }: { children: ReactNode; mayJoin?: boolean }) {
  const { pathname, hash } = useLocation();
  const { data: person, isPending } = useCurrent();
  if (isPending || person) return null;
  const state = { from: pathname + hash };
  return (
    <p>
      {children}
      <Link to="/connexion" state={state}>
        se connecter
      </Link>
      {mayJoin && (
        <>
          {' '}
          ou{' '}
          <Link to="/inscription" state={state}>
            s’inscrire
          </Link>
        </>
      )}
      . Vous reviendrez ici.
    </p>
  );
}

export function InvitationPage() {
  const navigate = useNavigate();
  const accepting = useInvitation();
  const run = (token: string) =>
    accepting.mutate(token, { onSuccess: ({ courseId }) => navigate(`/cours/${courseId}`) });
  return (
    <>
      <OneStep
        title="Invitation à un cours"
        text="Un enseignant vous invite à suivre son cours."
        action="Suivre ce cours"
        step={{ ...accepting, run }}
      />
      <SignInFirst mayJoin>Il faut être connecté : </SignInFirst>
    </>
  );
}

export function AuthorInvitationPage() {
  const navigate = useNavigate();
  const accepting = useAuthorInvitation();
  const run = (token: string) =>
    accepting.mutate(token, { onSuccess: ({ courseId }) => navigate(`/cours/${courseId}/gerer`) });
  return (
    <>
      <OneStep
        title="Invitation à écrire un cours"
        text="Un enseignant vous invite à écrire son cours. Vous en serez auteur, sous votre nom ; si vous le suivez, votre avancement et votre note disparaissent."
        action="Devenir auteur"
        step={{ ...accepting, run }}
      />
      <SignInFirst>Il faut être connecté avec l’adresse qui a reçu l’e-mail : </SignInFirst>
    </>
  );
}

export function ForgottenPage() {
  const { state } = useLocation() as { state: { from?: string } | null };
  const asking = useRecovery();
  return (
    <Page title="Mot de passe oublié">
      {asking.isSuccess ? (
        <p role="status">
          Si un compte a cette adresse, un e-mail vient de partir ; son lien est valable une heure.
        </p>
      ) : (
        <PersonForm
          action="M’envoyer un lien"
          isPending={asking.isPending}
          error={asking.error}
          onSend={({ email = '' }) => asking.mutate(email, { onSuccess: () => rememberReturn(state?.from) })}
        >
          <Field name="email" label="Adresse e-mail" type="email" autoComplete="username" required />
        </PersonForm>
      )}
    </Page>
  );
}

export function NewPasswordPage() {
  const token = useToken();
  const navigate = useNavigate();
  const changing = useNewPassword();
  return (
    <Page title="Nouveau mot de passe">
      <PersonForm
        action="Changer mon mot de passe"
        isPending={changing.isPending || !token}
        error={changing.error}
        onSend={({ password = '', code }) =>
          changing.mutate(
            { token, password, ...(code && { code }) },
            { onSuccess: () => navigate(takeReturn()) },
          )
        }
      >
        <Field
          name="password"
          label="Nouveau mot de passe"
          type="password"
          autoComplete="new-password"
          required
        />
        <CodeIfWanted error={changing.error} />
      </PersonForm>
    </Page>
  );
}
