"""Names of people in the world's press, in lower case.

A capitalised word behind one of `GIVEN_NAMES` is most likely a surname. `FAMILY_NAMES_FIRST` stand in front of given
names (Kim, Wang). An unknown capitalised word in front of one of `FAMILY_NAMES` is most likely a given name.
The lists were written for newstape. Given names that are more often ordinary words, places or firms than people
(Chase, Austin, Sydney, Virginia, Grant) are left out.
"""

from typing import Final


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


GIVEN_NAMES: Final = _set(
    """
    melania ivanka barron kamala hunter beau jensen sundar satya tedros volodymyr narges shaktikanta elon
    jamie adena gaku vas guillaume
    aaron abby abigail adam addison adrian aidan aileen alan alana albert alec alejandro alex alexander alexandra
    alexis alfred alfredo alice alicia alison alistair alasdair allan allen allison alan alvin amanda amber amelia
    amy ana anastasia anders andre andrea andreas andrei andrej andres andrew andrzej andy angel angela angelo
    angus anita ann anna annabel anne annette annie anthony antoine anton antonio antony ariel arnaud arnold art
    arthur arturo ashley astrid audrey august augusto aurelie barbara barney barry bart bartosz beatrice beatriz
    becky ben benedict benjamin benoit bernard bernardo bernd bernie bert bertrand beth betsy betty beverly bill
    billy bjorn bob bobby bonnie boris brad bradley brandon brenda brendan brent brett brian bridget brigitte
    britta brooke bruce bruno bryan bryce byron caitlin caleb calvin cameron camilla camille candace carl carla
    carlo carlos carmen carol carole carolina caroline carolyn carrie carsten catherine cathy cecilia cecile
    cedric celine cesar chad charles charlie charlotte chelsea cheryl chloe chris christa christian christiane
    christina christine christoph christophe christopher christy chuck cindy claire clara clare clark claude
    claudia claudio claus clemens cliff clifford clint clive colette colin colleen conor connor conrad constance
    corey corinne courtney craig cristian cristina curt curtis cynthia dale damian damien dan dana daniel daniela
    daniele danielle danny daphne darcy darrell darren dave david dawn dean deanna debbie deborah debra denis
    denise dennis derek derrick desmond diana diane dick diego dieter dietrich dimitri dirk dmitri dmitry dominic
    dominik dominique don donald donna dora doreen doris dorothy doug douglas drew duncan dustin dylan earl ed
    eddie edgar edith eduardo edward edwin eileen elaine elena eleanor eli elias elijah elisa elisabeth eliza
    elizabeth ella ellen elliot elliott ellis elon emanuel emily emma emmanuel enrico enrique eric erica erich
    erick erik erika erin ernest ernesto ernst erwin esteban esther ethan etienne eugene eugenia eva evan evelyn
    ewan fabian fabio fabrice fatima federico felicity felipe felix fernanda fernando filip fiona florence florian
    frances francesca francesco francis francisco franck francois frank franklin frans franz fred freda freddie
    frederic frederick frederik fredrik friedrich fritz gabriel gabriela gabrielle gail gareth garrett gary gavin
    gemma gene geoff geoffrey george georges georgia georgina gerald geraldine gerard gerd gerhard gerry gianni
    gilbert gilles gina giles gill ginger giovanni giulia giulio giuseppe giuseppina gladys glen glenn gloria
    goran gordon graeme graham greg gregg gregor gregory greta gretchen guillaume guillermo gustav gustavo guy
    gwen hannah hannes hans harald harold harriet harrison harry harvey hazel heather hector heidi heiko heinrich
    heinz helen helena helene helge helmut hendrik henri henrik henry herbert herman hermann hilary holger holly
    horst howard hubert hugh hugo humphrey ian ignacio igor ilya ines ingrid ingo irene irina iris irwin isaac
    isabel isabella isabelle ismail ivan ivana jack jackie jackson jacob jacqueline jacques jaime jake jakob jakub
    james jamie jan jane janet janice janine jared jasmine jason javier jay jean jeanne jeff jeffery jeffrey
    jemima jen jenna jennifer jenny jens jeremy jerome jerry jesper jess jesse jessica jesus jill jim jimmy jo
    joachim joan joanna joanne joao joaquin jochen jodi joe joel joerg johan johann johanna johannes john johnny
    jon jonas jonathan jordan jorg jorge jose josef joseph josephine josh joshua joy joyce juan juanita judith
    judy juergen jules julia julian juliana julie julien julio julius jurgen justin karel karen karim karin karl
    karla karsten kasper kate katherine kathleen kathrin kathryn kathy katie katja katrin kay keith kelly kelvin
    ken kenneth kent kerry kerstin kevin kieran kim kimberly kirk kirsten kirsty klaas klaus konrad konstantin
    kris krista kristen kristian kristin kristina kristine kristof krzysztof kurt kyle kyriakos lara larry lars
    laszlo laura lauren laurence laurent laurie lawrence lea leah lee leigh len lena leo leon leonard leonardo
    leonid leopold leslie lester lewis liam lidia lillian lily linda lindsay lindsey lionel lisa liz lloyd lois
    lorenzo loretta lorraine lotte lou louis louisa louise lourdes luc luca lucas lucia luciano lucinda lucy
    ludovic ludwig luigi luis luisa luiz luke lydia lyle lynda lynn lynne maarten mackenzie madeleine madeline
    magda magnus malcolm manfred manuel manuela mara marc marcel marcela marcelo marcin marco marcos marcus marek
    margaret margarita margot maria mariana marianne mariano marie marielle marilyn marina mario marion marisa
    marissa marius marjorie marko markus marlene marta martha martin martina martine marty marvin mary maryann
    maryanne mateusz mathias mathieu mathilde matilda mats matt matteo matthew matthias matthieu maud maureen
    maurice mauricio maurizio mauro max maxime maximilian maxine may megan mel melanie melinda melissa mervyn
    michael michal michel michele michelle mick miguel mihai mikael mike mikhail milan mildred miles milton mindy
    miranda miriam mirko mitch mitchell moira mona monica monika monique morgan morris muriel murray myron nadia
    nadine nancy naomi natalia natalie natasha nathalie nathan nathaniel neal ned neil nelson nia nicholas nick
    nicky nicola nicolai nicolas nicole nigel nikita niklas nikolai nikolas nikolaus nils nina noah noel nora
    norbert norma norman odile olaf ole oleg olga oliver olivia olivier omar orlando oscar oskar otto owen pablo
    paddy pam pamela paola paolo pascal pat patricia patrick patrik patrizia paul paula paulina pauline paulo
    pavel pawel pedro peggy penelope penny per percy perry pete peter petr petra phil philip philipp philippa
    philippe phillip phoebe phyllis pierre pieter piet piotr pippa polly priscilla quentin quincy rachel rafael
    raimund ralf ralph ramon randall randy raoul raphael raquel raul ray raymond rebecca regina reinhard reinhold
    rene renee reuben rex rhys ricardo riccardo richard rick ricky rita rob robbie robert roberta roberto robin
    rod roderick rodney rodrigo roger rogerio roland rolf roman romain ron ronald ronnie rory rosa rosalind
    rosanna rosemary rosie ross rowan roy ruben rudolf rudy rufus rupert russ russell ruth ryan sabine sabrina
    sally salvador salvatore sam samantha samuel sandra sandro sandy santiago sara sarah sascha saul scott sean
    sebastian sergei sergey sergio seth shane shannon sharon shaun shauna shawn sheila shelley sherry shirley
    sidney siegfried sigmar sigrid silvia silvio simon simona simone sofia solomon sonia sonya sophia sophie
    spencer stacey stacy stan stanislav stanley stefan stefania stefano steffen stella stephan stephane stephanie
    stephen sterling steve steven stewart stig stuart sue susan susana susanna susannah susanne suzanne svein sven
    svetlana sylvain sylvia sylvie tamara tammy tanja tanya tara tatiana taylor ted terence teresa terri terry
    tessa thad thelma theo theodore theresa therese thibault thierry thomas thorsten tiffany till tim timothy tina
    tobias toby todd tom tomas tomasz tommaso tommy toni tony torben torsten tracey tracy travis trevor tricia
    tristan troy tyler ulrich ulrike ulf umberto ursula uwe valentin valentina valerie vanessa vera vernon
    veronica veronika vicky victor victoria viktor vince vincent vincenzo violet vitor vittorio vivian vivien
    vladimir vladislav volker volodymyr wade wallace walter wanda warren wayne wendy werner wes wesley wilbur
    wilfred wilhelm willem william willie wim winston wolfgang wojciech xavier yann yannick yannis yves yvette
    yvonne yulia yuri zach zachary zoe zoltan abdul abdullah abdulaziz ahmad ahmed ali amin amir anwar asif aziz
    bashar bilal ebrahim emre erdogan faisal farid farouk fawaz habib hadi haider hamad hamid hani hasan hashem
    hassan hisham hussein ibrahim imran iqbal jamal kamal karim khaled khalid khalifa mahmoud majid malik mansour
    mohamed mohammad mohammed mostafa muhammad mustafa mukhtar nabil naguib nasser omar osama qasim rashid recep
    reza sabri said salah saleem salem salman samir saud sayed selim shahid sharif sultan tarek tariq tayyip turki
    waleed walid yasin yasir yasser yousef youssef yusuf zaid zainab ziad aakash aarti abhay abhijit abhinav
    abhishek aditi aditya ajay ajit akash akhil akshay akshat alok aman amar amartya ambareesh amish amit amitabh
    anand ananth aniket anil anindya anirudh anita anjali ankit ankita ankur anshul anuj anup anupam anurag
    apoorva apurva arjun arpit arun aruna arundhati arvind ashish ashok ashutosh ashwin ashwini avinash ayush azim
    balaji bhaskar bharat bhavesh bhavik bhavin bimal chandan chandra chetan chirag daljeet darshan deepak deepika
    deven devendra dhananjay dharmesh dhaval dhiraj dilip dinesh dipak dipen divya gaurang gaurav gautam girish
    gopal govind hari harish harsh harsha hemang hemant hitesh indranil ishaan jagdish jaideep jatin jay jayant
    jayesh jignesh jimeet jitendra jyoti kailash kalpesh kamlesh kapil karan karthik kartik kaushik kavita kiran
    kishore komal krish krishna krunal kumar kunal lakshmi lalit lokesh madan madhu madhav mahendra mahesh manish
    manisha manoj mayank mayur meera meghna mehul milind mitesh mohan mohit mukesh murali nachiket nagaraj naren
    narendra naresh narayana navin navneet neeraj neha nikhil nilesh nimesh nirav niraj nirmala nirmal nishant
    nitin nandan pankaj parag paresh parth pawan piyush prabhat prabhu pradeep prakash pramod pranav prasad
    prasanna prasanth prashant prashanth prateek pratik praveen prem priya priyanka puneet punit purvesh pushkar
    raghav raghu raghuram raghunath rahul raj raja rajan rajat rajeev rajendra rajesh rajiv raju rakesh ram ramesh
    ranjan ratan ravi ravindra reena rekha renu rishabh rishi ritesh ritika ritu rohan rohit roshan ruchir ruchit
    rupal sachin sahil sameer sampath samvat sandeep sandip sangeeta sanjay sanjeev sanjiv santosh satish satya
    satyam saurabh seema shailesh shaktikanta shashank shekhar shilpa shiv shivani shreya shrikant shrey shubham
    shyam siddharth siddhartha smita somnath sonal soumya sourav sridhar srikanth srinivas srinivasan subhash
    subramanian sudarshan sudhir sudip sujan sujay sumeet sumit sundar sunil sunita suresh surya sushil swapnil
    swati tanvi tarun tejas tushar uday ujjwal umesh urjit usha utkarsh vaibhav varun vasant venkat venkatesh
    venugopal vibhav vijay vijaya vikas vikram vikrant vinay vineet vineeta vinit vinod vipin vipul viral virendra
    vishal vishnu vivek yash yashwant yogesh zubin aiko akane akemi akihiko akihiro akihito akiko akinori akio
    akira akiyoshi asako asami atsuko atsushi ayako ayumi chiaki chieko chihiro daichi daiki daisuke eiichi eiji
    eiko emi eri fumihiko fumiko fumio gaku genki goro goshi haruhiko haruka haruki haruko haruo hidehiko hideaki
    hideki hideko hidenori hideo hidetaka hidetoshi hideyuki hikaru hiroaki hirofumi hirohide hirohiko hirokazu
    hiroki hiroko hiromi hiromichi hironori hiroshi hirotaka hiroto hiroyuki hisao hisashi hitomi hitoshi ichiro
    ikuko ikuo isamu isao issei izumi jiro jun junichi junichiro junji junko junya kaito kanako kaori katsuhiko
    katsuhiro katsunobu katsutoshi katsuya kazuaki kazue kazuhiko kazuhiro kazuki kazuko kazumi kazunori kazuo
    kazushi kazushige kazutaka kazuto kazuya kazuyoshi kazuyuki kei keigo keiichi keiji keiko keisuke keita
    kenichi kenichiro kenji kenjiro kenta kentaro kenzo kiichi kikuo kimiko kinya kiyoshi kiyoto koichi koichiro
    koji kosuke kota kotaro koya kumiko kunihiko kunio kyohei kyoko kyosuke makiko makoto mamoru manabu mari
    mariko masaaki masafumi masahiko masahiro masahito masaki masako masakazu masamichi masami masanori masao
    masaru masashi masataka masatake masato masatoshi masatsugu masaya masayoshi masayuki mayumi megumi miho mieko
    mika miki mikio minako minoru misako mitsuhiro mitsuko mitsuo mitsuru mitsutoshi miyuki momoko motohiro motoko
    nana nanami naohiko naoki naoko naoto naoya naoyuki natsuko natsumi noboru nobuaki nobuhiko nobuhiro nobuko
    nobuo nobutaka nobuyuki noriaki norihiko norihiro noriko norio noriyuki osamu reiko rie rika rina ritsuko ryo
    ryohei ryoichi ryoji ryoko ryosei ryosuke ryota ryotaro ryozo ryu ryuichi ryuji ryuta ryutaro sachiko sadaaki
    sadayuki saki sakura sanae saori satoko satoru satoshi satsuki sayaka seigo seiichi seiji seiko seiya setsuko
    shigehiko shigehiro shigeki shigeo shigeru shigeto shigeyuki shin shingo shinichi shinichiro shinji shinjiro
    shino shinobu shinsuke shintaro shinya shinzo shiori shiro sho shogo shoichi shoji shota shotaro shuhei
    shuichi shuji shun shunichi shunji shunsuke shusuke sohei sota souichi susumu tadaaki tadao tadashi tadayuki
    taichi taiki taisuke takaaki takafumi takahide takahiko takahiro takahito takako takamasa takanori takao
    takashi takatoshi takaya takayoshi takayuki takehiko takehiro takeo takero takeshi taku takuma takumi takuro
    takuya tamaki tamami taro tatsuo tatsuhiko tatsuro tatsuya teiji teruo tetsuo tetsuro tetsuya tohru tokio tomo
    tomoaki tomohiko tomohiro tomoichiro tomoko tomomi tomonori tomoya tomoyuki toru toshiaki toshifumi toshihide
    toshihiko toshihiro toshiki toshiko toshimitsu toshinori toshio toshiro toshiya toshiyuki tsuneo tsutomu
    tsuyoshi wataru yasuaki yasufumi yasuhide yasuhiko yasuhiro yasuhisa yasuko yasuo yasushi yasutaka yasutoshi
    yasuyuki yohei yoichi yoji yoko yosuke yoshiaki yoshifumi yoshihide yoshihiko yoshihiro yoshihisa yoshihito
    yoshikazu yoshiki yoshiko yoshimasa yoshimi yoshinobu yoshinori yoshio yoshiro yoshitaka yoshito yoshitsugu
    yoshiyuki yuichi yuichiro yuji yuka yukari yukihiko yukihiro yukiko yukio yuko yumi yumiko yuri yuriko yusuke
    yuta yutaka yuya yuzo agus airlangga anwar arief bambang budi darmin dewi eko ferdinand gita hendra joko perry
    prabowo puan rizal rudi sri susilo wahyu yudi achieng adebayo aliko amina babatunde chidi chinedu chukwuma
    cyril emeka folasade jomo kagiso kwame kwesi lesetja lebogang mpho nelson ngozi nkosazana nnamdi nonkululeko
    obi olu olusegun patrice phakamani sipho siyabonga tendai thabo thembi tito uhuru wale yemi zanele agustin
    alberto alfonso alvaro andres arancha armando axel claudio cristobal diosdado edmundo eduard emilio epitacio
    esteban evo ezequiel facundo felipe ferdinand fidel gabriel gaston gerardo gonzalo graciela guadalupe guido
    gustavo hernan hugo ignacio isidro jair jorge juan julieta leopoldo lucio luis marcelo mateo mauricio mercedes
    miguel nayib nestor nicanor nicolas octavio pablo patricio ramiro raimundo rigoberto rocio rodolfo ruy
    santiago santos sergio soledad tomas vicente victoria xiomara yolanda
    """
)

FAMILY_NAMES_FIRST: Final = _set(
    """
    kim lee park choi jung jeong kang cho yoon yun jang lim han shin seo kwon hwang ahn song hong moon baek nam li
    wang zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he gao lin luo zheng liang xie tang xu deng
    xiao feng cao peng zeng pan yuan jiang cai jia ding wei xue ye yan yu dong lu su cheng xi lai hui tsai tsang
    leung wong chan cheung chow kwok lau ng tsui nguyen tran pham hoang phan vu vo dang bui le
    """
)

FAMILY_NAMES: Final = _set(
    """
    smith jones williams davis wilson anderson taylor thompson moore harris robinson walker hall wright hill scott
    green adams baker nelson carter mitchell roberts turner phillips campbell evans edwards collins stewart morris
    murphy cook rogers reed bailey cooper richardson howard ward peterson watson brooks kelly sanders bennett wood
    barnes ross henderson coleman jenkins patterson hughes simmons foster bryant griffin hayes myers hamilton
    sullivan wallace cole ellis harrison gibson mcdonald murray freeman wells webb simpson stevens tucker porter
    hunter hicks crawford henry boyd mason kennedy warren dixon ramos burns gordon shaw holmes rice robertson
    black palmer rose stone hawkins dunn perkins hudson spencer gardner payne pierce berry matthews wagner willis
    ray watkins olson carroll duncan snyder hart cunningham bradley lane andrews ruiz harper fox riley armstrong
    carpenter weaver greene lawrence elliott sims austin peters kelley franklin lawson fields ryan schmidt carr
    vasquez wheeler chapman oliver montgomery richards williamson johnston banks meyer bishop mccoy howell
    morrison hansen garza harvey little burton stanley george jacobs reid fuller lynch dean gilbert garrett romero
    welch larson frazier burke hanson moreno bowman fowler brewer hoffman carlson silva pearson holland douglas
    fleming jensen vargas byrd davidson hopkins may terry herrera wade soto walters curtis neal caldwell lowe
    jennings barnett graves jimenez horton shelton barrett obrien garcia martinez rodriguez lopez gonzalez
    hernandez perez sanchez ramirez torres flores rivera gomez diaz cruz reyes morales ortiz gutierrez chavez
    castillo mendoza alvarez castro fernandez santos oliveira souza pereira costa ferreira almeida carvalho
    ribeiro rocha lima barbosa cardoso teixeira moreira nunes mueller muller schneider fischer weber becker schulz
    hoffmann koch bauer richter klein wolf schroeder neumann schwarz zimmermann braun krueger hofmann hartmann
    lange schmitt krause dubois durand moreau laurent simon michel lefebvre leroy roux bertrand morel fournier
    girard bonnet dupont lambert fontaine rousseau rossi russo ferrari esposito bianchi romano colombo ricci
    marino greco bruno gallo conti deluca mancini costa giordano rizzo lombardi moretti jansen devries visser smit
    meijer mulder hansen johansen olsen larsen andersen pedersen nilsen kristiansen nielsen christensen rasmussen
    sorensen johansson andersson karlsson nilsson eriksson larsson olsson persson svensson gustafsson korhonen
    virtanen nieminen ivanov petrov smirnov kuznetsov popov sokolov lebedev novikov morozov volkov kowalski nowak
    wisniewski novak svoboda horvat huang wang zhang chen liu yang zhao zhou xu zhu lin luo zheng liang xie tang
    feng peng zeng yuan jiang cai tsai chan cheung leung wong chow kwok lau ng tsang tan lim teo goh koh ong chua
    kim choi jung jeong kang cho yoon jang han shin seo kwon hwang nguyen tran pham hoang sato suzuki takahashi
    tanaka watanabe ito yamamoto nakamura kobayashi kato yoshida yamada sasaki yamaguchi matsumoto inoue kimura
    hayashi shimizu saito yamazaki mori ikeda hashimoto abe ishikawa ogawa okada hasegawa fujita goto kondo
    murakami endo aoki sakamoto fujii nishimura fukuda ota miura okamoto matsuda nakajima fujiwara ishii ueda hara
    shibata sakai miyazaki uchida kumar singh sharma gupta patel shah mehta jain agarwal aggarwal agrawal verma
    mishra pandey reddy rao nair iyer menon pillai das ghosh banerjee mukherjee chatterjee bose sen roy chopra
    kapoor malhotra khanna bhatia arora sethi bansal goel goyal mittal joshi desai parekh doshi sanghvi kothari
    shetty hegde naidu krishnan subramanian raman narayanan venkatesan khan ahmed ali hussain rahman malik sheikh
    iqbal siddiqui trivedi dave bhatt shukla tiwari dubey saxena srivastava sinha choudhary chaudhary chowdhury
    thakur rathi kulkarni patil deshpande gokhale cohen levy goldberg friedman goldstein katz shapiro rosenberg
    weiss schwartz rubin kaplan greenberg silverman bernstein okafor adeyemi okonkwo mensah dlamini nkosi mbeki
    ndlovu botha vandermerwe pretorius erdogan yilmaz kaya demir celik sahin papadopoulos
    """
)
