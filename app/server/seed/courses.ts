/** A course to try the app with. */
export interface DemoCourse {
  /** Stays the same, so that a second start finds it again. */
  id: string;
  title: string;
  summary: string;
  subject: string;
  level: string;
  publishedAt: string;
  authors: string[];
  sections: [title: string, body: string][];
  /** Names of files beside this module, there without their accents. */
  files: string[];
}

/** The password of everyone here; they exist only in a database of one's own. */
export const DEMO_PASSWORD = 'trois chats verts';

/** People to try the app as; the first teacher and the student are the ones that the start page offers. */
export const DEMO_PEOPLE = [
  {
    id: '00000000-0000-4000-8000-000000000001',
    email: 'prof@fredu.test',
    name: 'Camille Fournier',
    role: 'teacher',
  },
  {
    id: '00000000-0000-4000-8000-000000000002',
    email: 'eleve@fredu.test',
    name: 'Inès Benali',
    role: 'student',
  },
  {
    id: '00000000-0000-4000-8000-000000000003',
    email: 'h.weber@fredu.test',
    name: 'Hugo Weber',
    role: 'teacher',
  },
  {
    id: '00000000-0000-4000-8000-000000000004',
    email: 'm.ndiaye@fredu.test',
    name: 'Mariama Ndiaye',
    role: 'teacher',
  },
  {
    id: '00000000-0000-4000-8000-000000000005',
    email: 'y.leroux@fredu.test',
    name: 'Yann Leroux',
    role: 'teacher',
  },
  {
    id: '00000000-0000-4000-8000-000000000006',
    email: 'admin@fredu.test',
    name: 'Dominique Martin',
    role: 'administrator',
  },
] as const;

const id = (number: number) => `00000000-0000-4000-8000-0000000001${String(number).padStart(2, '0')}`;

export const DEMO_COURSES: DemoCourse[] = [
  {
    id: id(1),
    title: 'Suites numériques et limites',
    summary:
      'Comprendre ce que veut dire « tend vers », démontrer une convergence et reconnaître les suites usuelles.',
    subject: 'Mathématiques',
    level: 'Licence 1',
    publishedAt: '2026-09-07T08:00:00.000Z',
    authors: ['Camille Fournier', 'Yann Leroux'],
    sections: [
      [
        'Pourquoi des suites ?',
        `Une suite est une liste infinie de nombres, rangés dans un ordre : $u_0, u_1, u_2, \\dots$

On en rencontre partout :

- le **capital** placé à 2 % d’intérêts chaque année ;
- la **température** d’un café relevée toutes les minutes ;
- les approximations successives d’un nombre que l’on ne sait pas écrire exactement.

> La question qui nous occupera tout au long du cours est simple à dire : *que devient $u_n$ quand $n$ devient grand ?*`,
      ],
      [
        'Définition de la limite',
        `On dit que la suite $(u_n)$ **converge vers** le réel $\\ell$ lorsque, aussi petite que soit la marge d’erreur que l’on se donne, tous les termes finissent par s’y trouver.

1. On choisit une marge $\\varepsilon > 0$.
2. On cherche un rang $N$ à partir duquel $|u_n - \\ell| < \\varepsilon$.
3. Si l’on y parvient **pour toute** marge, la suite converge.

| Suite | Comportement | Limite |
| --- | --- | --- |
| $1/n$ | décroissante, positive | 0 |
| $(-1)^n$ | oscille | aucune |
| $n^2$ | croît sans borne | $+\\infty$ |
| $(1+1/n)^n$ | croissante, majorée | $e$ |`,
      ],
      [
        'Exercices corrigés',
        `**Exercice 1.** Montrer que la suite définie par $u_{n+1} = \\frac{1}{2}\\left(u_n + \\frac{2}{u_n}\\right)$ et $u_0 = 2$ converge.

- [x] Montrer que $u_n \\ge \\sqrt{2}$ pour tout $n$
- [x] Montrer que la suite est décroissante
- [ ] En déduire la limite

La [fiche complète](fiche-exercices.pdf) et son [corrigé](corrig%C3%A9.pdf) sont joints à ce cours.`,
      ],
    ],
    files: ['poly-suites.pdf', 'fiche-exercices.pdf', 'corrigé.pdf'],
  },
  {
    id: id(2),
    title: 'Réseaux : d’une trame à une page web',
    summary:
      'Suivre un paquet de la carte réseau au serveur : Ethernet, IP, TCP, DNS et HTTPS, captures à l’appui.',
    subject: 'Informatique',
    level: 'Licence 3',
    publishedAt: '2026-09-14T08:00:00.000Z',
    authors: ['Hugo Weber'],
    sections: [
      [
        'Les couches, et à quoi elles servent',
        `Chaque couche ne parle qu’à sa voisine. C’est ce qui permet de remplacer le câble par du Wi-Fi **sans toucher** au navigateur.

| Couche | Ce qu’elle promet | Exemple |
| --- | --- | --- |
| Liaison | joindre la machine d’à côté | Ethernet |
| Réseau | joindre n’importe quelle machine | IPv4, IPv6 |
| Transport | un flux ordonné et complet | TCP |
| Application | un sens | HTTP, DNS |`,
      ],
      [
        'Observer avec tcpdump',
        `Rien ne remplace l’observation. Ouvrez deux terminaux :

\`\`\`bash
sudo tcpdump -n -i any port 53
dig AAAA fredu.fr
\`\`\`

Vous devez voir **une question et une réponse**. Combien de temps les sépare ? Recommencez : pourquoi est-ce plus rapide ?`,
      ],
      [
        'Travaux pratiques',
        `Par deux, écrivez un petit serveur qui répond à \`GET /\` :

\`\`\`python
import socket

with socket.create_server(("", 8000)) as server:
    while True:
        client, address = server.accept()
        with client:
            client.recv(4096)
            client.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: 7\\r\\n\\r\\nBonjour")
\`\`\`

Que se passe-t-il si deux navigateurs se connectent en même temps ?`,
      ],
    ],
    files: ['captures.pcapng', 'tp1.zip', 'cours-reseaux.mp4'],
  },
  {
    id: id(3),
    title: 'La Révolution française, 1789-1799',
    summary:
      'Dix années qui changent la France : causes, journées, acteurs et héritages, à partir des sources.',
    subject: 'Histoire',
    level: 'Seconde',
    publishedAt: '2026-09-01T08:00:00.000Z',
    authors: ['Mariama Ndiaye'],
    sections: [
      [
        'Une société en crise',
        `À la veille de 1789, le royaume compte environ **28 millions d’habitants**. Les récoltes sont mauvaises, le pain est cher, et l’État est endetté.

> « Qu’est-ce que le tiers état ? Tout. Qu’a-t-il été jusqu’à présent dans l’ordre politique ? Rien. »
>
> — Emmanuel-Joseph Sieyès, janvier 1789`,
      ],
      [
        'Les grandes journées',
        `1. **5 mai 1789** : ouverture des états généraux
2. **20 juin** : serment du Jeu de paume
3. **14 juillet** : prise de la Bastille
4. **4 août** : abolition des privilèges
5. **26 août** : Déclaration des droits de l’homme et du citoyen

Choisissez l’une de ces journées et racontez-la du point de vue d’un témoin.`,
      ],
    ],
    files: ['frise-chronologique.png', 'cahiers-de-doleances.pdf'],
  },
  {
    id: id(4),
    title: 'Bases de données : du tableau à la requête',
    summary: 'Modéliser, interroger et ne jamais perdre une écriture : SQL, index, transactions.',
    subject: 'Informatique',
    level: 'BTS SIO',
    publishedAt: '2026-09-21T08:00:00.000Z',
    authors: ['Hugo Weber', 'Camille Fournier'],
    sections: [
      [
        'Lire un schéma',
        `Une table est un ensemble de lignes qui ont toutes la même forme. Une **clé** désigne une ligne et une seule.

\`\`\`sql
create table cours (
  id uuid primary key default gen_random_uuid(),
  titre text not null
);
\`\`\``,
      ],
      [
        'Les jointures sans douleur',
        `Une jointure met côte à côte les lignes qui vont ensemble :

\`\`\`sql
select c.titre, p.nom
from cours c
join auteurs a on a.cours_id = c.id
join personnes p on p.id = a.personne_id
order by c.titre;
\`\`\`

**À retenir** : une requête par ligne affichée est une requête de trop.`,
      ],
      [
        'Transactions',
        `Virer 100 € d’un compte à l’autre, ce sont **deux** écritures. Que se passe-t-il si le courant est coupé entre les deux ?

- *Atomicité* : tout, ou rien.
- *Cohérence* : les règles restent vraies.
- *Isolation* : chacun croit être seul.
- *Durabilité* : ce qui est confirmé reste.`,
      ],
    ],
    files: ['jeu-de-donnees.sql', 'diapositives.pdf'],
  },
  {
    id: id(5),
    title: 'La cellule, unité du vivant',
    summary: 'Observer, dessiner et comprendre la cellule, du microscope à la division.',
    subject: 'Sciences de la vie et de la Terre',
    level: 'Première',
    publishedAt: '2026-09-10T08:00:00.000Z',
    authors: ['Mariama Ndiaye', 'Yann Leroux'],
    sections: [
      [
        'Au microscope',
        `Prélevez un fragment d’épiderme d’oignon, posez-le à plat dans une goutte d’eau, recouvrez d’une lamelle **sans emprisonner d’air**.

Dessinez ce que vous voyez, à l’échelle, avec une légende et un titre.

![Planche : un épiderme d’oignon](planche-oignon.jpg)`,
      ],
      [
        'La mitose, pas à pas',
        `::video[La mitose en huit secondes]{file=mitose.mp4 subtitles=mitose.fr.vtt}

| Étape | Ce que l’on voit |
| --- | --- |
| Prophase | les chromosomes se condensent |
| Métaphase | ils s’alignent |
| Anaphase | ils se séparent |
| Télophase | deux noyaux se reforment |`,
      ],
    ],
    files: ['mitose.mp4', 'mitose.fr.vtt', 'planche-oignon.jpg'],
  },
  {
    id: id(6),
    title: 'Lire et commenter un poème',
    summary: 'Une méthode en quatre lectures, appliquée à Baudelaire, Labé et Senghor.',
    subject: 'Français',
    level: 'Première',
    publishedAt: '2026-09-03T08:00:00.000Z',
    authors: ['Yann Leroux'],
    sections: [
      [
        'Quatre lectures',
        `1. **Pour le plaisir**, à voix haute.
2. **Pour le sens** : qui parle, à qui, de quoi ?
3. **Pour la forme** : vers, rimes, rythme, images.
4. **Pour le projet** : que fait le poème que la prose ne ferait pas ?`,
      ],
      [
        'Application : « L’Albatros »',
        `> Souvent, pour s’amuser, les hommes d’équipage
> Prennent des albatros, vastes oiseaux des mers,
> Qui suivent, indolents compagnons de voyage,
> Le navire glissant sur les gouffres amers.
>
> — Charles Baudelaire, *Les Fleurs du mal*, 1859

::audio[Un conseil pour la lecture à voix haute]{file=albatros-lecture.mp3}

Relevez ce qui oppose l’air et le pont du navire. À quoi sert cette opposition ?`,
      ],
    ],
    files: ['albatros-lecture.mp3'],
  },
  {
    id: id(7),
    title: 'Mécanique du point : forces et mouvements',
    summary: 'Des lois de Newton au pendule : poser le problème, choisir le repère, résoudre et vérifier.',
    subject: 'Physique',
    level: 'Terminale',
    publishedAt: '2026-09-17T08:00:00.000Z',
    authors: ['Camille Fournier'],
    sections: [
      [
        'Les trois lois',
        `La deuxième loi de Newton relie les forces au mouvement : $\\sum \\vec F = m\\,\\vec a$.

Avant tout calcul :

- [ ] le **système** étudié est nommé ;
- [ ] le **référentiel** est choisi ;
- [ ] **toutes** les forces sont dessinées.`,
      ],
      [
        'La chute, avec frottements',
        `Sans frottement, $v = g\\,t$. Avec un frottement proportionnel à la vitesse, la vitesse tend vers une **limite**. Comparez avec vos mesures : filmez une balle de ping-pong, et relevez sa position image par image.`,
      ],
    ],
    files: ['chute-mesures.csv', 'simulation.ipynb'],
  },
  {
    id: id(8),
    title: 'Cuisine professionnelle : hygiène et organisation',
    summary: 'La marche en avant, les températures et la traçabilité, expliquées en situation.',
    subject: 'Hôtellerie-restauration',
    level: 'CAP',
    publishedAt: '2026-08-31T08:00:00.000Z',
    authors: ['Mariama Ndiaye'],
    sections: [
      [
        'La marche en avant',
        `Le propre ne croise **jamais** le sale. Suivez une carotte, du camion à l’assiette, et notez chaque zone qu’elle traverse.`,
      ],
      [
        'Les températures à connaître',
        `| Produit | Température |
| --- | --- |
| Poisson frais | entre 0 et 2 °C |
| Viande hachée | au plus 2 °C |
| Produits laitiers | au plus 4 °C |
| Surgelés | −18 °C |
| Maintien au chaud | au moins 63 °C |

![Plan d’une cuisine où le propre ne croise jamais le sale](plan-cuisine.png)`,
      ],
    ],
    files: ['fiche-haccp.pdf', 'plan-cuisine.png'],
  },
];
