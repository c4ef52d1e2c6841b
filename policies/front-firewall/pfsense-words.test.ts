import { findsEach } from '#scripts/testing/broken-trees.ts';
import { pfsenseWords } from './pfsense-words.ts';

const file = 'sxb/front-firewall/pfsense.xml';

findsEach(pfsenseWords, [
  [file, '<advskew>0</advskew>', '<advskewx>0</advskewx>', /pfSense knows no advskewx in vip/],
  [
    file,
    '<type>host</type>',
    '<type>wan</type>',
    'type of alias is `wan`, which pfSense does not take there',
  ],
  [
    file,
    '<statetype>keep state</statetype>',
    '',
    /a rule that lets pass says no protocol, or not that it keeps the state/,
  ],
  [
    file,
    '<advbase>1</advbase>',
    '<advbase>30</advbase>',
    'advbase of vip is `30`, which pfSense does not take there',
  ],
  [file, /<source>\s*<any\/>\s*<\/source>/, '<source></source>', /a source has no any or address or network/],
  [file, '</virtualip>', '', /the file is no XML/],
  [file, '<interface>opt1</interface>', '<interface>opt</interface>', /interface of \w+ is `opt`/],
]);
