import { matchRoutes, type RouteObject } from 'react-router';
import { UploadDock } from './features/files/components/upload-dock.tsx';
import { Announcements } from './features/notifications/components/announcements.tsx';
import { AccountMenu, AnotherPerson } from './features/people/components/account-menu.tsx';
import { Broken } from './layout/broken.tsx';
import { Layout } from './layout/layout.tsx';
import { NewVersion } from './layout/new-version.tsx';
import { Waiting } from './layout/waiting.tsx';
import { CoursePage } from './pages/course-page.tsx';
import { CoursesPage } from './pages/courses-page.tsx';
import { LessonPage } from './pages/lesson-page.tsx';
import { NotFoundPage } from './pages/not-found-page.tsx';

/** The addresses of the pages. */
export const routes: RouteObject[] = [
  {
    element: (
      <Layout
        menu={<AccountMenu />}
        notice={
          <>
            <Announcements />
            <NewVersion />
            <AnotherPerson />
          </>
        }
        dock={<UploadDock />}
      />
    ),
    HydrateFallback: Waiting,
    ErrorBoundary: Broken,
    // What stands around a page stays where the page itself cannot be shown.
    children: [
      {
        ErrorBoundary: Broken,
        children: [
          { index: true, element: <CoursesPage /> },
          { path: 'cours/:id', element: <CoursePage /> },
          {
            path: 'mes-cours',
            lazy: async () => {
              const { MyCoursesPage } = await import('./pages/my-courses-page.tsx');
              return { Component: MyCoursesPage };
            },
          },
          {
            path: 'cours/nouveau',
            lazy: async () => {
              const { NewCoursePage } = await import('./pages/new-course-page.tsx');
              return { Component: NewCoursePage };
            },
          },
          {
            path: 'cours/:id/gerer',
            lazy: async () => {
              const { ManagePage } = await import('./pages/manage-page.tsx');
              return { Component: ManagePage };
            },
          },
          {
            path: 'cours/:id/suivi',
            lazy: async () => {
              const { StatisticsPage } = await import('./pages/statistics-page.tsx');
              return { Component: StatisticsPage };
            },
          },
          {
            path: 'cours/:id/ecrire',
            lazy: async () => {
              const { TogetherPage } = await import('./pages/together-page.tsx');
              return { Component: TogetherPage };
            },
          },
          { path: 'cours/:id/:section', element: <LessonPage /> },
          {
            path: 'cours/:id/discussions',
            lazy: async () => {
              const { ForumPage } = await import('./pages/forum-page.tsx');
              return { Component: ForumPage };
            },
          },
          {
            path: 'discussions/:id',
            lazy: async () => {
              const { ThreadPage } = await import('./pages/thread-page.tsx');
              return { Component: ThreadPage };
            },
          },
          {
            path: 'notifications',
            lazy: async () => {
              const { NotificationsPage } = await import('./pages/notifications-page.tsx');
              return { Component: NotificationsPage };
            },
          },
          {
            path: 'desabonnement',
            lazy: async () => {
              const { UnsubscribePage } = await import('./pages/unsubscribe-page.tsx');
              return { Component: UnsubscribePage };
            },
          },
          {
            path: 'connexion',
            lazy: async () => {
              const { SignInPage } = await import('./pages/sign-in-page.tsx');
              return { Component: SignInPage };
            },
          },
          {
            path: 'inscription',
            lazy: async () => {
              const { SignUpPage } = await import('./pages/sign-up-page.tsx');
              return { Component: SignUpPage };
            },
          },
          {
            path: 'confirmer',
            lazy: async () => {
              const { ConfirmPage } = await import('./pages/letter-pages.tsx');
              return { Component: ConfirmPage };
            },
          },
          {
            path: 'accord',
            lazy: async () => {
              const { ConsentPage } = await import('./pages/letter-pages.tsx');
              return { Component: ConsentPage };
            },
          },
          {
            path: 'retrait-accord',
            lazy: async () => {
              const { ConsentWithdrawalPage } = await import('./pages/letter-pages.tsx');
              return { Component: ConsentWithdrawalPage };
            },
          },
          {
            path: 'invitation',
            lazy: async () => {
              const { InvitationPage } = await import('./pages/letter-pages.tsx');
              return { Component: InvitationPage };
            },
          },
          {
            path: 'ecrire-un-cours',
            lazy: async () => {
              const { AuthorInvitationPage } = await import('./pages/letter-pages.tsx');
              return { Component: AuthorInvitationPage };
            },
          },
          {
            path: 'mot-de-passe-oublie',
            lazy: async () => {
              const { ForgottenPage } = await import('./pages/letter-pages.tsx');
              return { Component: ForgottenPage };
            },
          },
          {
            path: 'nouveau-mot-de-passe',
            lazy: async () => {
              const { NewPasswordPage } = await import('./pages/letter-pages.tsx');
              return { Component: NewPasswordPage };
            },
          },
          {
            path: 'nouvelle-adresse',
            lazy: async () => {
              const { NewEmailPage } = await import('./pages/letter-pages.tsx');
              return { Component: NewEmailPage };
            },
          },
          {
            path: 'compte',
            lazy: async () => {
              const { AccountPage } = await import('./pages/account-page.tsx');
              return { Component: AccountPage };
            },
          },
          {
            path: 'administration',
            lazy: async () => {
              const { AdministrationPage } = await import('./pages/administration-page.tsx');
              return { Component: AdministrationPage };
            },
          },
          {
            path: 'mentions-legales',
            lazy: async () => {
              const { SitePage } = await import('./pages/site-page.tsx');
              return { element: <SitePage name="mentions-legales" /> };
            },
          },
          {
            path: 'confidentialite',
            lazy: async () => {
              const { SitePage } = await import('./pages/site-page.tsx');
              return { element: <SitePage name="confidentialite" /> };
            },
          },
          {
            path: 'conditions',
            lazy: async () => {
              const { SitePage } = await import('./pages/site-page.tsx');
              return { element: <SitePage name="conditions" /> };
            },
          },
          {
            path: 'accessibilite',
            lazy: async () => {
              const { SitePage } = await import('./pages/site-page.tsx');
              return { element: <SitePage name="accessibilite" /> };
            },
          },
          { path: '*', element: <NotFoundPage /> },
        ],
      },
    ],
  },
];

/** Gets the parts of the page at an address, so that it is drawn at once where it is there already. */
export async function loadPage(pathname: string): Promise<void> {
  for (const { route } of matchRoutes(routes, pathname) ?? []) {
    if (typeof route.lazy !== 'function') continue;
    Object.assign(route, await route.lazy(), { lazy: undefined });
  }
}
