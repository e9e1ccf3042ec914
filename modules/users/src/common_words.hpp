#pragma once
// What common passwords are made of.
#include <string_view>

namespace cleave::users {

inline constexpr std::string_view common_words =
    "password passwort passw0rd p@ssword p@ssw0rd pa55word pa55w0rd pa$$word pass passwd "
    "mypassword "
    "qwerty qwertz azerty qwert qwer asdf asdfgh asdfghjkl zxcv zxcvbn zxcvbnm qazwsx wasd "
    "abc abcd abcde abcdef abc123 a1b2c3 admin administrator root user guest test testing tester "
    "demo temp default system server login logon access changeme letmein welcome welcome1 hello "
    "hello1 helloworld secret private security master manager super superuser company office "
    "iloveyou ilove iloveu loveyou loveme lovely lover love mylove babygirl babyboy baby sweet "
    "sweety sweetie sweetheart honey honeybee sugar angel angels princess prince queen king "
    "monkey dragon tiger lion eagle falcon wolf bear panda dolphin turtle chicken kitty kitten "
    "puppy doggy horse bunny butterfly spider snake shark phoenix unicorn dinosaur "
    "football baseball basketball soccer hockey tennis golf boxing cricket rugby volleyball skate "
    "superman batman spiderman ironman hulk wolverine avengers starwars startrek matrix pokemon "
    "pikachu naruto sasuke goku dragonball onepiece minecraft fortnite warcraft counter zelda "
    "mario "
    "nintendo playstation xbox gamer player killer sniper ninja samurai warrior hunter soldier "
    "shadow sunshine sunflower summer winter spring autumn flower rose rainbow star starlight moon "
    "moonlight sun sky heaven ocean river mountain forest nature island beach storm thunder "
    "lightning fire freedom peace happy smile lucky magic mystery dream dreams believe faith hope "
    "blessed blessing jesus jesus1 christ god family friends friend forever always together "
    "mother father mommy daddy sister brother children grandma michael michelle jordan jennifer "
    "jessica ashley amanda nicole samantha stephanie melissa elizabeth victoria vanessa natalie "
    "thomas robert daniel andrew joshua george charlie matthew anthony william joseph david james "
    "john johnny richard charles steven patrick brandon justin tyler austin dakota taylor "
    "alexander "
    "alexandra christian christopher nicholas benjamin jonathan sebastian gabriel maria carlos "
    "fernando alejandro andrea angela anna barbara carolina claudia cristina diana laura lauren "
    "rachel rebecca sarah sophie hannah olivia emma isabella charlotte maggie molly lucy bella "
    "buster buddy max rocky bailey ginger pepper tigger cookie oreo snoopy garfield scooby mickey "
    "minnie tinkerbell cinderella barbie doraemon simpson simpsons garfunkel beatles metallica "
    "nirvana slipknot eminem rihanna shakira beyonce jonas bieber onedirection linkinpark greenday "
    "ferrari porsche mercedes mustang corvette camaro harley yamaha honda toyota nissan suzuki "
    "liverpool arsenal chelsea barcelona realmadrid manchester juventus milan bayern everton "
    "celtic "
    "rangers lakers cowboys yankees redsox steelers packers patriots eagles raiders broncos dallas "
    "chicago boston newyork london paris berlin madrid america england france germany mexico "
    "brazil "
    "canada australia russia china japan korea seoul india texas california florida "
    "computer internet google facebook youtube twitter instagram samsung iphone apple microsoft "
    "windows linux ubuntu oracle database network wireless router cisco toor chocolate cheese "
    "banana "
    "orange lemon cherry strawberry coffee cookies pizza burger bacon pancake vanilla caramel "
    "candy "
    "purple yellow silver golden diamond crystal black blue green red white whatever nothing "
    "nobody "
    "someone anything trustno trustno1 money dollar rich cash power energy hardcore rockstar "
    "rocknroll music guitar piano drummer dance dancer artist photo camera student teacher school "
    "college university science fuckyou fuckoff fuckme asshole bitch sexy hottie cutie cutiepie "
    "babe playboy pussy monster zombie vampire devil demon satan lucifer ghost skull hacker "
    "cracker matrix1 merlin gandalf frodo hobbit legolas aragorn potter hogwarts voldemort "
    // Korean words as a Latin keyboard types them.
    "dkssud dkssudgktpdy tkfkd tkfkdgo tkfkdgody qlalfqjsgh dkagh gkrtod rhdwn gkssk dkdlel "
    "eogksalsrnr gksrnr tjdnf qntks rkskekfk qkfka gksmf ";

inline constexpr std::string_view common_tails =
    "0 1 2 3 4 5 6 7 8 9 00 01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 20 21 22 23 "
    "24 "
    "25 33 44 55 66 69 77 88 99 000 007 100 101 111 121 123 124816 1231 1212 1234 12345 123456 "
    "1234567 12345678 123456789 123123 1313 222 234 321 333 4321 444 456 555 666 654321 69 777 789 "
    "888 911 999 1111 2222 5555 7777 9999 0000 ! !! !1 1! 12! 123! 1234! @ @1 @12 @123 @1234 # #1 "
    "$ * . ? _1 -1 a abc xyz q qwe s x z me my you ";

inline constexpr std::string_view common_walks =
    "1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y 1q2w3e4r! q1w2e3r4 q1w2e3r4t5 q1w2e3r4t5y6 1qaz2wsx "
    "1qaz2wsx3edc "
    "!qaz2wsx !qaz@wsx 1qazxsw2 1qaz!qaz zaq12wsx zaq1zaq1 zaq1xsw2 zaq!2wsx qazwsxedc "
    "qazwsxedcrfv "
    "a1s2d3f4 a1s2d3f4g5 1a2s3d4f z1x2c3v4 1z2x3c4v qweasdzxc qweasd123 qweasdzxc123 qwe123qwe "
    "qwe123asd asd123asd 123qweasd 123qweasdzxc 123qwe123 123asd123 1234qwer 12345qwert "
    "123456qwerty "
    "qwer1234! asdf1234! 123456789a 123456789q 123456789abc a12345678 a123456789 a1234567890 "
    "aa123456 aa12345678 aaa12345 abcd1234 abcd12345 abc12345 abc123456 abc123abc 123abc123 "
    "1a2b3c4d 1a2b3c4d5e a1b2c3d4 a1b2c3d4e5 q123456789 qq123456 qq12345678 w1w2w3w4 x1x2x3x4 "
    "poiuytrewq lkjhgfdsa mnbvcxz1 asdfjkl; asdfqwer qwerasdf zxcvasdf asdfzxcv qwerzxcv "
    "147258369 159753123 159357123 741852963 789456123 789456123a 963852741 456789123 321654987 "
    "987654321a 135792468 246813579 102030405 10203040 112233445566 11223344 1122334455 "
    "112211221 11112222 12344321 123454321 123321123 123123123 12312312 123412345 1234512345 "
    "12345612 1234561234 123456123456 12345677 12345679 123456780 123456781 1234567899 31415926 "
    "314159265 27182818 11235813 00001111 00112233 01234567 p@$$w0rd p@55w0rd pa$$w0rd pa$$word1 "
    "letmein! letmein1! welcome! iloveyou! iloveyou1! iloveyou2 iloveyou3 i love you ihateyou "
    "imissyou ineedyou trustnoone opensesame abracadabra correcthorsebatterystaple mynameis "
    "thisismypassword nopassword password! password1! password? mypassword1 newpassword "
    "oldpassword "
    "yourpassword changeme1 changeit changethis temppass temporary passw0rd! passw0rd1 "
    "administrator1 rootroot toortoor adminadmin admin123! testtest test1234! useruser guestguest "
    "loveyou1 lovelove lovers12 babybaby blahblah asdasdasd qweqweqwe zxczxczxc qwertyqwerty "
    "asdfasdf zxcvzxcv qwerqwer aaaabbbb abababab abcabcabc abcdabcd xyzxyzxyz ";

inline constexpr std::string_view common_rows =
    "01234567890123456789 qwertyuiopasdfghjklzxcvbnm abcdefghijklmnopqrstuvwxyz "
    "1234567890qwertyuiop !@#$%^&*()_+ 1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/ 13579246801357 ";

}  // namespace cleave::users
